"""Signers' comments: which ones are shown, and moderation."""
