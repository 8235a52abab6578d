"""The pages of an action."""
