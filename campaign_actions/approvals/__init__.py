"""Requests for operations that need a second person: asking, deciding and carrying out."""
