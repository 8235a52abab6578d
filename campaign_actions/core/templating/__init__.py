"""Escaping of what templates show, for the place where it is shown."""
