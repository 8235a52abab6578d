"""Languages: locales, catalogs, plurals, writing direction, numbers, dates and countries."""
