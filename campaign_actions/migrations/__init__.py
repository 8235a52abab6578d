"""Migrations of the database: Alembic, inside the package."""
