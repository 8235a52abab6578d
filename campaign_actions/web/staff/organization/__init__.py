"""Pages on which administrators set the organisation's look, texts and time zone."""
