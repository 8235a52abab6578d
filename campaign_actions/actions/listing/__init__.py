"""Lists for the overview of the workspace: all campaigns, and the days on which they open or close."""
