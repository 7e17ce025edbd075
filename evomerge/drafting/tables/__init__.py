"""Tables of a user's, read whatever their format, and their rows as questions with answers."""
