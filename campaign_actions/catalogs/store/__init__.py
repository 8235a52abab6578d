"""Catalogs in the database: messages, their versions and their history."""
