"""Content that editors write or that is drawn for them: Markdown, images, cover art and charts."""
