"""Openings and changes at the times that someone has set, for the worker."""
