"""The benchmarks of `make bench`: each figure is compared with a limit or peer from the same run."""
