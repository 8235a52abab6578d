"""The health of an installation: the same figures for /metrics, `status` and alerts."""
