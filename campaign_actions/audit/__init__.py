"""The audit log: who did what, when, and to how many people's data. A hash chain that only grows."""
