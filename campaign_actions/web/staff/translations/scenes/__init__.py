"""The pages of the workspace with values that belong to nobody, for previews of their messages."""
