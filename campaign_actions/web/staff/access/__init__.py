"""Logging in, authorisation, and the checks on every staff request."""
