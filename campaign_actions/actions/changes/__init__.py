"""The order of all changes of signatures, for readers that ask what has changed since they last read."""
