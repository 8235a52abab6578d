"""Share pictures of actions: their content, and the task that draws them."""
