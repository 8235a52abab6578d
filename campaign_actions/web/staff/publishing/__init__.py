"""The pages that open and close campaigns and actions."""
