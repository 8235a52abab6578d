"""The check of a single translation, and sentences about what it finds."""
