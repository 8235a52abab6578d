"""Staff pages that export data about people who take part, and that list the files."""
