"""Merging: pure kernels, plans, the bank in memory, the stream from disk to disk."""
