"""Base forms, the form token, fields and text input."""
