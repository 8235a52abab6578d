"""The checks before a campaign is published, by subject."""
