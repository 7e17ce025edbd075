"""A run in pictures: one figure a file, drawn from the view and the history. No torch here."""
