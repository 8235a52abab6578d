"""Passwords, second factors, sessions and limits on attempts."""
