"""Tokenizers and their tokens, and the tensors that have a row for each."""
