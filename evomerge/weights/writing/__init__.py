"""Tensors written to files, and a folder that is whole or not there."""
