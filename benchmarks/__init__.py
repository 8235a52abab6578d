"""What `make bench` runs: each figure beside a limit or peer measured in the same run."""
