"""Access that was revoked: recorded outside the database, and revoked again after a restore."""
