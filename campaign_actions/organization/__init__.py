"""The name, look, texts and time zone of the organisation, as administrators set them."""
