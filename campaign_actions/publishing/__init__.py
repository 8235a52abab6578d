"""Pre-flight checks, publishing, closing and archiving of campaigns and actions."""
