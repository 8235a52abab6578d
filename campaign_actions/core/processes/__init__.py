"""Child processes and CPU priority."""
