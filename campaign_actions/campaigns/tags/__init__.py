"""Tags: words of the staff’s own by which they group and find campaigns."""
