"""Presets: the columns of an export in the shape that another program imports."""
