"""News about an action, sent to those of its signers who asked for it."""
