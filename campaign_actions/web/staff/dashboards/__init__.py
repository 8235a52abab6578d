"""Dashboards: of an action, of a campaign, and of all campaigns together."""
