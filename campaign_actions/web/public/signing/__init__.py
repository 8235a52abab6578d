"""Refusals and metrics, for the pages with forms to sign."""
