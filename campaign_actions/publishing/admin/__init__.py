"""What staff do about the beginning and the end of campaigns: a door for each."""
