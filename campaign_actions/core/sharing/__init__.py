"""What people pass on: links to share a page, QR codes, and pictures of shared pages."""
