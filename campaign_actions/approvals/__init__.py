"""What one person may not do alone: asked for, decided by a second person, and done."""
