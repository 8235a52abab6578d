"""Links that pass a page on, QR codes, and the pictures of shared pages."""
