"""The checklist of a campaign that is not public yet: its steps, and which of them is next."""
