"""What a model is shown and asked for one document: the question, examples, turns, limits."""
