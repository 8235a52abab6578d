"""Pages that belong to no campaign: home, privacy, health, sitemap."""
