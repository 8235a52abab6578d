"""Tasks of the current member: one module for each part of the workspace."""
