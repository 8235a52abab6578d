"""The public pages of actions, and those that links in mails lead to: a door for each."""
