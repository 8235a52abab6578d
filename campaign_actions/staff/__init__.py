"""Who works here, how they log in, and what each may do."""
