"""Formulas: a small language for what a merge makes of its parents' tensors. Nothing runs here."""
