"""How a run stands, as JSON values."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from evomerge.ledger import State
from evomerge.report.ending import describe_ending
from evomerge.report.made import made_to_json
from evomerge.report.passages import passage_to_json
from evomerge.report.reader import view_of
from evomerge.report.trainings import TrainingUnderWay
from evomerge.report.verdict_json import verdict_to_json
from evomerge.report.view import View


def status(run_dir: str | Path) -> dict[str, Any]:
    """The state of a run as JSON values.

    Raises:
        RunFolderError: the folder holds no run.
    """
    return view_to_json(view_of(run_dir))


def _training(training: TrainingUnderWay | None) -> dict[str, Any] | None:
    return None if training is None else {**asdict(training.began), "done": training.done}


def view_to_json(view: View) -> dict[str, Any]:
    """A view as JSON values by name."""
    release = view.release
    return {
        "state": view.state.value,
        "phase": view.phase.value,
        "why": view.why or None,
        "generation": view.generation,
        "cycle": view.cycle,
        "trials": {state.value: view.trials[state] for state in State},
        "budget": None if view.budget is None else view.budget.model_dump(exclude_none=True),
        "ended": [asdict(ending) for ending in view.endings],
        "cycles": [asdict(judged) for judged in view.judged],
        "training": _training(view.training),
        "trainings": [asdict(training) for training in view.trainings],
        "halts": [asdict(halt) for halt in view.halts],
        "ended_early": [
            describe_ending(ending) for ending in view.endings if ending.early and ending.cycle >= 0
        ],
        "best": _best(view),
        "front": _front(view),
        "parents": {parent.model.label: asdict(parent.scores) for parent in view.parents},
        "uniform": None if view.uniform is None else asdict(view.uniform.scores),
        "promotion": verdict_to_json(release.verdict) if release else {"verdict": "pending"},
        "quarantine": [passage_to_json(passage) for passage in view.passages],
        "openings": view.openings,
        "made": made_to_json(view.made),
        "promoted_again": [verdict_to_json(again.verdict) for again in view.promoted_again],
        "earlier": [verdict_to_json(before.verdict) for before in view.earlier],
        "weights_sha256": release.weights_sha256 if release else None,
        "constitution": None if view.constitution is None else view.constitution.to_json(),
        "cost": {
            "wall_s": view.active_s,
            **asdict(view.cost),
            "tokens_for": {what: cost.tokens for what, cost in view.spending.items()},
            "evaluations": view.evaluations,
            "workers": view.workers.to_json(),
        },
    }


def _front(view: View) -> dict[str, Any] | None:
    """The finalists that no other one dominates on validation items; None where the search was for
    the fitness alone.
    """
    front = view.choice.front
    if front is None:
        return None
    numbers = {one.digest: number for number, one in enumerate(view.choice.finalists)}
    return {
        "goals": [*front.goals],
        "members": [
            {
                "finalist": number,
                "digest": digest,
                "scores": dict(zip(front.goals, view.choice.finalists[number].goals, strict=True)),
            }
            for digest, number in numbers.items()
            if digest in front.digests
        ],
        "knee": numbers[front.knee],
        "hypervolume": front.hypervolume,
        "reference": [*front.reference],
    }


def _best(view: View) -> dict[str, Any] | None:
    """The winner once there is one; until then the best candidate by search score."""
    if view.leader is None:
        return None
    scores = view.leader
    return {
        "digest": view.leader_digest,
        "search": scores.search,
        "validation": scores.validation,
    }
