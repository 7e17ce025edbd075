"""A model's scores as JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evomerge.run.model_scores import ModelScores


def scores_to_json(scored: ModelScores) -> dict[str, Any]:
    """The scores by name, down to every item's."""
    return {**asdict(scored), "engine": scored.engine.plain()}
