"""Saves the whole data set to one file, and restores it."""
