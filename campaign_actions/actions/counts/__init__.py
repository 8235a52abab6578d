"""Counting signatures: the ledger and the tallies."""
