"""Codes in emails, with which people confirm without opening the link."""
