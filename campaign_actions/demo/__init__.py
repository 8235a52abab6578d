"""The demo: its content, its mailbox, the living page of components."""
