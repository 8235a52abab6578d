"""The Jinja environment, and escaping of values for their context."""
