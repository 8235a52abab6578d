"""What staff do about actions and their signers: a door for each part, each with a blueprint of its own."""
