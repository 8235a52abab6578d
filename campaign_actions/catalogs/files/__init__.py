"""Catalogs as files: .po, .mo and XLIFF."""
