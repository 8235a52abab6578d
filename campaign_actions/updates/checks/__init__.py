"""The pre-flight checks of an update, by subject."""
