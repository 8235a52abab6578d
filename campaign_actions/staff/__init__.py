"""Staff members, their roles and how they log in."""
