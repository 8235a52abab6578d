"""Database migrations with Alembic, shipped in the package."""
