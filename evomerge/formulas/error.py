"""What is wrong with a formula."""

from __future__ import annotations


class FormulaError(ValueError):
    """A text is no formula, or a formula comes to nothing that can be merged."""
