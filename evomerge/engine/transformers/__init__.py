"""Forward passes: requests in batches, read and answered by a live model."""
