"""Secrets, signed tokens, second factors, rate limits and email addresses."""
