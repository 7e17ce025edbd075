"""What rails look at after each generation, measured and recorded; and a run that one has ended."""
