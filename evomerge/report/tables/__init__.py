"""What a run did as tables: a row for each candidate, or for each item and model."""
