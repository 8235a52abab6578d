"""One press for the next action: people who have confirmed take one more without confirming again."""
