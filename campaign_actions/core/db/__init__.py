"""The database: sessions, the engine, upserts, group commit, the read replica."""
