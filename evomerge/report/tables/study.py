"""A run as a study of optuna, for its dashboard and its plots."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evomerge.errors import UserError
from evomerge.ledger import State
from evomerge.recipe.values import Gene, Scalar
from evomerge.report.tables.tried import TriedCandidate, TriedCandidates, tried_candidates

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.storages import BaseStorage
    from optuna.study import Study
    from optuna.trial import FrozenTrial

RECORDED = "recorded"
"""The attribute of a trial that holds what else the ledger has of it, genes of a later cycle's
parents too."""
NEVER = "asked for, and not scored so far"
FLOORS = "floors"
"""What the constraint is called that says how far a candidate lies below the floors of tasks."""


def export_study(run_dir: str | Path, url: str) -> str:
    """Write a run as a study: a trial for each candidate of the search, in the order of asking.

    The study is called by the run's folder, so that several runs can stand in one place. It has a
    direction for each goal where the search was for several. What random search drew is left out.

    Args:
        url: of a database (`sqlite:///runs.db`), or the file of a journal.

    Returns:
        The study's name.

    Raises:
        RunFolderError: the folder holds no run, or its ledger is damaged.
        UserError: optuna is not installed, the place cannot be used, or holds the run already.
    """
    try:
        import optuna
    except ImportError:
        raise UserError(
            "--optuna needs optuna, which is not installed: pip install 'evomerge[search]'"
        ) from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    tried, name = tried_candidates(run_dir), str(Path(run_dir).resolve())
    trials = trials_of(tried)
    with _usable(url):
        storage = _opened(url)
        study = _begun(storage, url, name, tried.goals)
        try:
            study.add_trials(trials)
        except BaseException:  # half a study is none
            optuna.delete_study(study_name=name, storage=storage)
            raise
    return name


@contextmanager
def _usable(url: str) -> Iterator[None]:
    """Tell what is wrong with a place as a fault of the user's.

    Raises:
        UserError: it cannot be used.
    """
    from optuna.exceptions import OptunaError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (OptunaError, SQLAlchemyError, ImportError, OSError, LookupError, ValueError) as error:
        raise UserError(
            f"--optuna {url}: cannot be used ({error}); name a database such as "
            "sqlite:///runs.db, or a file for a journal"
        ) from None


def _opened(url: str) -> BaseStorage:
    from optuna.storages import JournalStorage, get_storage
    from optuna.storages.journal import JournalFileBackend

    return get_storage(url) if "://" in url else JournalStorage(JournalFileBackend(url))


def _begun(storage: BaseStorage, url: str, name: str, goals: Sequence[str]) -> Study:
    """A study without trials.

    Raises:
        UserError: there is one of this name.
    """
    import optuna

    directions = ["maximize"] * (len(goals) or 1)
    try:
        study = optuna.create_study(storage=storage, study_name=name, directions=directions)
    except optuna.exceptions.DuplicatedStudyError:
        raise UserError(
            f"--optuna {url}: holds the study {name} already, to which nothing was added; delete "
            "it there (optuna.delete_study), or name another place"
        ) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        study.set_metric_names([*goals] or ["fitness"])
    return study


def trials_of(tried: TriedCandidates) -> list[FrozenTrial]:
    """The candidates of a search as optuna's frozen trials."""
    distributions = {name: _distribution(gene) for name, gene in tried.genes.items()}
    constrained = any(candidate.past.violation for candidate in tried.candidates)
    return [
        _trial(candidate, tried, distributions, constrained)
        for candidate in tried.candidates
        if candidate.past.is_of_search
    ]


def _trial(
    candidate: TriedCandidate,
    tried: TriedCandidates,
    distributions: Mapping[str, BaseDistribution],
    constrained: bool,
) -> FrozenTrial:
    from optuna.trial import TrialState, create_trial

    past = candidate.past
    state = _state(candidate, tried.is_running)
    values = _values(candidate, tried) if state in ("COMPLETE", "PRUNED") else None
    known = {name: value for name, value in candidate.values.items() if name in distributions}
    trial = create_trial(
        state=TrialState[state],
        values=values,
        params={name: _value(tried.genes[name], value) for name, value in known.items()},
        distributions={name: distributions[name] for name in known},
        user_attrs=_attributes(candidate, known),
        intermediate_values={} if tried.goals else dict(candidate.steps),
        constraints={FLOORS: past.violation} if constrained and values else None,
    )
    trial.datetime_start = datetime.fromtimestamp(candidate.asked_at)
    if state != "RUNNING":
        ended_at = candidate.asked_at if candidate.ended_at is None else candidate.ended_at
        trial.datetime_complete = datetime.fromtimestamp(ended_at)
    return trial


def _state(candidate: TriedCandidate, is_running: bool) -> str:
    """Optuna's word for it; what was never scored has failed, once nobody goes on with the run."""
    if candidate.ended_at is None and is_running:
        return "RUNNING"
    return {State.SCORED: "COMPLETE", State.PRUNED: "PRUNED"}.get(
        candidate.past.state or State.FAILED, "FAIL"
    )


def _values(candidate: TriedCandidate, tried: TriedCandidates) -> list[float] | None:
    """The score at each goal, or the fitness on as many items as it is known on."""
    if tried.goals:
        return [objective.value for objective in candidate.objectives[1:]] or None
    return None if candidate.past.fitness is None else [candidate.past.fitness]


def _attributes(candidate: TriedCandidate, known: Mapping[str, Scalar]) -> dict[str, Any]:
    """What optuna has no place for: by themselves what a plot may show, and the rest in one, since
    a database takes some milliseconds for each.
    """
    past = candidate.past
    others = {name: value for name, value in candidate.values.items() if name not in known}
    shown = {
        "generation": past.place.generation,
        "operator": past.operator,
        "items": past.items,
        "reason": NEVER if candidate.ended_at is None else past.reason,
        "validation": candidate.validation,
        "test": candidate.test,
    }
    rest = {
        "candidate": past.number,
        "cycle": past.place.cycle,
        "position": past.place.position,
        "origins": [*past.origins],
        "digest": past.digest,
        "error": past.error,
        "violation": past.violation,
        **asdict(candidate.cost),
        "genes": others,
    }
    return {**{k: v for k, v in shown.items() if v not in (None, "")}, RECORDED: rest}


def _distribution(gene: Gene) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    if gene.choice is not None:
        return CategoricalDistribution([_value(gene, choice) for choice in gene.choice])
    assert gene.low is not None
    assert gene.high is not None
    return FloatDistribution(gene.low, gene.high, log=gene.scale == "log")


def _value(gene: Gene, value: Scalar) -> Scalar:
    """A value as optuna tells it from the other choices, for which 1 and true are one."""
    if gene.choice is not None and len({*gene.choice}) < len(gene.choice):
        return json.dumps(value)
    return value
