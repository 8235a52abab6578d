"""The staff workspace, one folder for each part."""
