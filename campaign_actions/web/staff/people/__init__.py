"""The pages about staff members."""
