"""Compared runs as JSON values."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from evomerge.report.comparing.comparing import RunsCompared
from evomerge.report.comparing.winners import WinnersCompared
from evomerge.score.proof.two_sided import TwoSided


def compared_to_json(compared: RunsCompared) -> dict[str, Any]:
    """All of it by name; ends of intervals of which nothing is known are null."""
    names = [run.name for run in compared.runs]
    return {
        "runs": [
            {
                "name": run.name,
                "seed": run.seed,
                "winner": run.winner,
                **asdict(run.fitness),
                "spent": progress.spent._asdict(),
                "steps": [
                    {**step.spent._asdict(), "best": step.fitness} for step in progress.steps
                ],
            }
            for run, progress in zip(compared.runs, compared.progress, strict=True)
        ],
        "winners": [*map(_winners, compared.winners)],
        "equal_spending": [
            {
                "measure": row.measure,
                "amount": row.amount,
                "best": dict(zip(names, row.best, strict=True)),
            }
            for row in compared.spending
        ],
        "seeds": [asdict(spread) for spread in compared.spreads],
        "remarks": [*compared.remarks],
    }


def _winners(compared: WinnersCompared) -> dict[str, Any]:
    shared = compared.shared
    return {
        "run": compared.run,
        "than": compared.than,
        "split": shared.split.value,
        "items": len(shared.keys),
        "fitness": None if compared.fitness is None else _two_sided(compared.fitness),
        "corrected": compared.corrected,
        "tasks": {
            task: {**_two_sided(result), "corrected": compared.corrected_tasks[task]}
            for task, result in compared.tasks.items()
        },
        "remarks": [*compared.remarks],
    }


def _two_sided(result: TwoSided) -> dict[str, Any]:
    ends = [end if math.isfinite(end) else None for end in result.interval]
    return {**asdict(result), "interval": ends}
