"""Signatures by the time of signing, in each state: what the dashboards show."""
