"""What staff do with campaigns: a door for each part, each with a blueprint of its own."""
