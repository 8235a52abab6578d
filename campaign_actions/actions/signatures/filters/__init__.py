"""The filter of signatures: as SQL, as a form and in words."""
