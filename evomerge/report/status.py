"""A run's state, scores and costs, read from its ledger and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evomerge.ledger import (
    BaselinesNamed,
    BudgetRaised,
    Cost,
    Event,
    FinalistTested,
    Finished,
    ItemsOpened,
    Ledger,
    RunFailed,
    RunStopped,
    SessionBegan,
    State,
    Trial,
    WinnerChosen,
    is_in_use,
)
from evomerge.recipe import Budget
from evomerge.report.spending import SEARCH, TEST, VALIDATION, spending
from evomerge.run.ending import RANDOM, describe_ending, endings
from evomerge.run.extension import budget_of, since_raised

_ENDS = {
    SessionBegan: "stopped",
    BudgetRaised: "stopped",
    RunStopped: "stopped",
    RunFailed: "failed",
    Finished: "finished",
    FinalistTested: "finished",
}


def status(run_dir: str | Path) -> dict[str, Any]:
    """The state of a run as JSON values.

    Raises:
        RunFolderError: the folder holds no run.
    """
    folder = Path(run_dir)
    with Ledger(folder) as ledger:
        trials, events, parts = ledger.trials(), ledger.events(), ledger.parts()
        wall_s, recipe = ledger.active_s, ledger.facts().get("recipe")
    candidates = _candidates(trials)
    counts = Counter(trial.state for trial in candidates)
    scores = _scores(trials)
    baselines = next((e.models for e in events if isinstance(e, BaselinesNamed)), ())
    current = since_raised(events)
    finished = next((e for e in reversed(current) if isinstance(e, Finished)), None)
    before = events[: len(events) - len(current)]
    earlier = [event for event in before if isinstance(event, Finished | FinalistTested)]
    ended = endings(events)
    cost = spending(parts, trials, {named.digest for named in baselines})
    parents = (named for named in baselines if named.model.is_parent)
    uniform = (named for named in baselines if not named.model.is_parent)
    return {
        "state": _state(folder, events),
        "generation": max((t.place.generation for t in candidates if t.place), default=None),
        "cycle": max((t.place.cycle for t in candidates if t.place), default=None),
        "trials": {state.value: counts[state] for state in State},
        "budget": None if recipe is None else _budget(events, recipe),
        "ended": [asdict(ending) for ending in ended],
        "ended_early": [describe_ending(e) for e in ended if e.early and e.cycle != RANDOM],
        "best": _best(candidates, current, scores),
        "parents": {named.model.label: _row(scores, named.digest) for named in parents},
        "uniform": next((_row(scores, named.digest) for named in uniform), None),
        "promotion": finished.promotion if finished else {"verdict": "pending"},
        "openings": sum(isinstance(event, ItemsOpened) for event in events),
        "promoted_again": [e.promotion for e in current if isinstance(e, FinalistTested)],
        "earlier": [event.promotion for event in earlier],
        "weights_sha256": finished.weights_sha256 if finished else None,
        "cost": {
            "wall_s": wall_s,
            **asdict(sum(cost.values(), Cost())),
            "tokens_for": {what: each.tokens for what, each in cost.items()},
            "evaluations": sum(trial.state is not State.CANCELLED for trial in candidates),
        },
    }


def _candidates(trials: Sequence[Trial]) -> list[Trial]:
    """What the search asked for, each as it stands now; what random search did is left out."""
    placed = _by_items([t for t in trials if t.place is not None and t.place.cycle >= 0])
    return list({(t.digest, t.split, t.state is State.CANCELLED): t for t in placed}.values())


def _by_items(trials: Sequence[Trial]) -> list[Trial]:
    """Those on most items last, of these the latest: an offspring stands as it did there."""
    return sorted(trials, key=lambda trial: trial.items)


def _state(folder: Path, events: Sequence[Event]) -> str:
    if is_in_use(folder):
        return "running"
    return next((_ENDS[type(e)] for e in reversed(events) if type(e) in _ENDS), "stopped")


def _scores(trials: Sequence[Trial]) -> dict[tuple[str, str], float]:
    """Fitness by digest and split."""
    return {(t.digest, t.split): t.fitness for t in _by_items(trials) if t.fitness is not None}


def _row(scores: dict[tuple[str, str], float], digest: str) -> dict[str, float | None]:
    return {split: scores.get((digest, split)) for split in (SEARCH, VALIDATION, TEST)}


def _best(
    candidates: Sequence[Trial], events: Sequence[Event], scores: dict[tuple[str, str], float]
) -> dict[str, Any] | None:
    """The winner once there is one; until then the best by search score."""
    chosen = [event.digest for event in events if isinstance(event, WinnerChosen)]
    scored = [t for t in candidates if t.state is State.SCORED and t.split == SEARCH]
    if chosen:
        digest = chosen[-1]
    elif scored:
        digest = max(scored, key=lambda trial: (-trial.violation, trial.fitness)).digest
    else:
        return None
    row = _row(scores, digest)
    return {"digest": digest, SEARCH: row[SEARCH], VALIDATION: row[VALIDATION]}


def _budget(events: Sequence[Event], recipe: Mapping[str, Any]) -> dict[str, float]:
    """The limits of the search, as they were last raised."""
    budget = budget_of(events, Budget(**recipe["evolve"]["budget"]))
    return budget.model_dump(exclude_none=True)
