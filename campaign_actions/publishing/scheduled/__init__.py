"""What the worker publishes, or stops, at the times that someone has set."""
