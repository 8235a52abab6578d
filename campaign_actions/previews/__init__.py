"""Campaigns as the public will see them, for staff and for those who were sent a link."""
