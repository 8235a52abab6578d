"""What staff do about the signers of an action: a door for each part, each with a blueprint of its own."""
