"""Deletion in exported files: which entries have to be deleted, and those that were."""
