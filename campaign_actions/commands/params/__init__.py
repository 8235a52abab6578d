"""Types of parameters that several commands share."""
