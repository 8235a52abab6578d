"""The whole data set in one file, and back."""
