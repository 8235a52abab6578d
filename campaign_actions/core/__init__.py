"""The ground floor: knows nothing of campaigns."""
