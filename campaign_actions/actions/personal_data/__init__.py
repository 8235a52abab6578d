"""Who gets which data about the people who take part, and all that is held about one of them."""
