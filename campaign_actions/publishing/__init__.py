"""From a draft to what the public sees, and to its end: pre-flight, publishing, closing, archiving."""
