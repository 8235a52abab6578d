"""XLIFF files, read and written."""
