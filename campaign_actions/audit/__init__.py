"""Who did what, when, and to how many people's data: a chain of entries that is only added to."""
