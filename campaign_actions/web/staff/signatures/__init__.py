"""Staff pages about signatures."""
