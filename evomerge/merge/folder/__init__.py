"""The model folder: what lies beside the weights, and whether transformers loads it."""
