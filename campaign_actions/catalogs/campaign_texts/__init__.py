"""Texts of campaigns as messages for translators, and back."""
