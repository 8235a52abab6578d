"""Marking signatures invalid, singly or in batches, and what follows from it."""
