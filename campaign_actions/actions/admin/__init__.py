"""What staff do with actions: a door for each part, each with a blueprint of its own."""
