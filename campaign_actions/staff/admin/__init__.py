"""The doors of the staff workspace: its first page, one's own account, the people."""
