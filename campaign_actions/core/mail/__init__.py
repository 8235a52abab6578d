"""Emails: rendering, MIME and transports."""
