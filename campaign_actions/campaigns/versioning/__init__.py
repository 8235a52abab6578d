"""Revisions of campaigns and actions: saving, merging and restoring."""
