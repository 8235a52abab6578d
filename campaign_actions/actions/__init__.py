"""What the public can do, and who did it: the heart."""
