"""What can be reached below /staff/ without being logged in."""
