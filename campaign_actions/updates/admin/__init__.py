"""What staff do with updates: write them, look at them, send them."""
