"""The questions of an action: their list, and writing one of them."""
