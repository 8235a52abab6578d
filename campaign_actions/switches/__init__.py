"""Switching off signing, email, exports, an action or a language, and on again."""
