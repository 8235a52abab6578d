"""Staff pages about one action."""
