"""Pages for asking for approval and deciding."""
