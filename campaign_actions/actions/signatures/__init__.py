"""Signatures: sign, confirm, withdraw, search, export, and the retention of personal data."""
