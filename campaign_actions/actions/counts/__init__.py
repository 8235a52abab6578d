"""Counting signatures: the ledger, the tallies and the statistics."""
