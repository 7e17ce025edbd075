"""A released winner given to others: checked, and uploaded to the Hub."""
