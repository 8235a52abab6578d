"""Campaigns and actions by their revisions: with every draft, or as they were last public."""
