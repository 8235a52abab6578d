"""The demo campaigns and staff accounts."""
