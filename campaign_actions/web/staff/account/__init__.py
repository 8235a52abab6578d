"""Pages for a member's own account."""
