"""What a translation must not contain."""
