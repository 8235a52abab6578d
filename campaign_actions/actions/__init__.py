"""Petitions, pledges and the signatures under them."""
