"""A message shown in its place on a page or in an email."""
