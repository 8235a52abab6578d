"""Child processes and their priority."""
