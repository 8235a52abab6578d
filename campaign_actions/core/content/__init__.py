"""What editors write and what is drawn for them: Markdown, images, cover art and charts."""
