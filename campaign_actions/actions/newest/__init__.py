"""Campaigns and actions with their drafts: as the public will see them once everything is published."""
