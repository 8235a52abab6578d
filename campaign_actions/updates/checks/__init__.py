"""The checks before an update is sent, by subject."""
