"""Signatures that staff mark as invalid, one at a time or in batches."""
