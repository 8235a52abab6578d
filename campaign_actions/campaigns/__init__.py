"""The cause: its texts and its page."""
