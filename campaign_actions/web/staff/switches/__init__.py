"""The page of the emergency switches, and the notice on other pages."""
