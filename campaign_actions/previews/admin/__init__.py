"""Previews that staff make: links for others, mails, and the page that is being written."""
