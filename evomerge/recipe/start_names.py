"""What `start_from` may say beside the folder of a run."""

from __future__ import annotations

UNIFORM = "uniform"
"""The parents' plain average."""
PARENTS = "parents"
"""Each parent alone, one after the other."""
SIMILARITY = "similarity"
"""Weights by what the parents' changes have in common."""
FISHER = "fisher"
"""Weights by the information that each parent has on a tensor."""

START_NAMES = (UNIFORM, PARENTS, SIMILARITY, FISHER)
