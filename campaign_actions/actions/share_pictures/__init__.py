"""Share pictures of actions: what they show, and when they are drawn."""
