"""How the installation does: the same figures for /metrics, for `status`, and for alerts."""
