"""A list of people who withdrew or were deleted, outside the database, so that a restore can repeat it."""
