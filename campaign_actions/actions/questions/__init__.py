"""Questions that an action asks on its form besides those of every action."""
