"""Files with personal data that leave the program: what each contains, and who holds it."""
