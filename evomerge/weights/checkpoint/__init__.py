"""A model folder: its tensors, its small files, and how it is fetched."""
