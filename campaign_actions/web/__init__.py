"""Every page: what is in front of each request, the public site and the staff workspace."""
