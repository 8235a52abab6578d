"""Recipients of data about the people who take part, and all that is stored about one person."""
