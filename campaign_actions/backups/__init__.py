"""Saving the whole data set to one file, and restoring it."""
