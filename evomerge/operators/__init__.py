"""Operators that are searched for: formulas drawn, crossed, mutated, and tried before they race."""
