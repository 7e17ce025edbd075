"""The candidates of a run with all that is recorded of each, for tables and studies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evomerge.errors import UserError
from evomerge.ledger import (
    Asked,
    BaselinesNamed,
    Cost,
    Ledger,
    Objective,
    Place,
    Record,
    RunBegan,
    Split,
    Told,
    Trial,
    is_in_use,
)
from evomerge.recipe import Genome, recipe_from
from evomerge.recipe.values import Gene, Scalar
from evomerge.report.genes import genes_of
from evomerge.report.historian import Historian
from evomerge.report.history import PastCandidate, RunHistory
from evomerge.search.algorithms import kind_of


@dataclass(frozen=True)
class TriedCandidate:
    """A candidate with the values of its genes, what it scored, and what it took."""

    past: PastCandidate
    values: Mapping[str, Scalar]
    """Of each gene, by the name of its coordinate."""
    objectives: tuple[Objective, ...]
    """What the search was told: the fitness, and behind it the score at each goal."""
    cost: Cost
    """Of all that was asked of it for the search; nothing where another one of the same weights had
    been asked before."""
    validation: float | None
    """Its fitness on validation items, where it was scored on them."""
    test: float | None
    asked_at: float
    """Seconds since 1970."""
    ended_at: float | None
    """When the search was told of it, or it was scored without that; None of one that never was."""
    steps: Mapping[int, float]
    """The fitness that was recorded of it, by the number of items that it was known on."""


@dataclass(frozen=True)
class TriedCandidates:
    """All candidates of a run, in the order of asking."""

    genes: Mapping[str, Gene]
    """Of the recipe, by the name of each coordinate."""
    goals: tuple[str, ...]
    """Those that the search is told of beside the fitness; none where that is all."""
    candidates: tuple[TriedCandidate, ...]
    is_running: bool = False
    """Whether a process goes on with the run."""


@dataclass
class _TriedSoFar:
    """What is remembered while records are read."""

    recipe: Mapping[str, Any] | None = None
    asked_at: dict[int, float] = field(default_factory=dict)
    told_at: dict[int, float] = field(default_factory=dict)
    scored_at: dict[Place, float] = field(default_factory=dict)
    objectives: dict[int, tuple[Objective, ...]] = field(default_factory=dict)
    made: dict[Place, Mapping[str, Any]] = field(default_factory=dict)
    """The recipe without genes of the candidate at a place."""
    steps: defaultdict[Place, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    fitness: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)
    """Number of items and fitness, by digest and split."""
    baselines: frozenset[str] = frozenset()

    def take(self, record: Record) -> None:
        what = record.what
        if isinstance(what, RunBegan):
            self.recipe = what.facts.get("recipe")
        elif isinstance(what, BaselinesNamed):
            self.baselines |= {named.digest for named in what.models}
        elif isinstance(what, Asked):
            self.asked_at.setdefault(what.candidate, record.time)
        elif isinstance(what, Told):
            self.told_at.setdefault(what.candidate, record.time)
            self.objectives[what.candidate] = what.objectives
        elif isinstance(what, Trial):
            self._score(what, record.time)

    def _score(self, trial: Trial, time: float) -> None:
        if trial.place is not None and trial.split == Split.SEARCH:
            self.made[trial.place] = trial.recipe
            self.scored_at.setdefault(trial.place, time)
        if trial.fitness is None:
            return
        if trial.place is not None and trial.split == Split.SEARCH:
            self.steps[trial.place][trial.items] = trial.fitness
        key = trial.digest, trial.split
        if trial.items >= self.fitness.get(key, (0, 0.0))[0]:
            self.fitness[key] = trial.items, trial.fitness


def tried_candidates(run_dir: str | Path) -> TriedCandidates:
    """All candidates of a run as it stands.

    Raises:
        RunFolderError: the folder holds no run, or its ledger is damaged.
    """
    with Ledger(Path(run_dir)) as ledger:
        tried = gathered(ledger.records(with_scores=True))
    return replace(tried, is_running=is_in_use(Path(run_dir)))


def gathered(records: Iterable[Record]) -> TriedCandidates:
    """All candidates that records tell of."""
    historian, known = Historian(), _TriedSoFar()
    for record in records:
        historian.take(record)
        known.take(record)
    history, genome = historian.history(), _genome(known.recipe)
    costs = _costs(history, known.baselines)
    made = [
        TriedCandidate(
            past,
            _values(past, genome, known),
            known.objectives.get(past.number, ()),
            costs.pop(past.digest, Cost()),
            known.fitness.get((past.digest, Split.VALIDATION), (0, None))[1],
            known.fitness.get((past.digest, Split.TEST), (0, None))[1],
            known.asked_at[past.number],
            known.told_at.get(past.number, known.scored_at.get(past.place)),
            known.steps.get(past.place, {}),
        )
        for past in history.candidates
    ]
    return TriedCandidates(_named(genome), _goals(genome), tuple(made))


def _genome(recipe: Mapping[str, Any] | None) -> Genome | None:
    """None where the recipe is of a version that had others."""
    try:
        return Genome(recipe_from(dict(recipe))) if recipe else None
    except UserError:
        return None


def _named(genome: Genome | None) -> dict[str, Gene]:
    """The gene of each coordinate by its name."""
    if genome is None:
        return {}
    genes = [gene for _, gene in genome.genes for _ in range(gene.points)]
    return dict(zip(genome.names, genes, strict=True))


def _goals(genome: Genome | None) -> tuple[str, ...]:
    evolve = None if genome is None else genome.recipe.evolve
    return evolve.goals if evolve is not None and kind_of(evolve.search).goals[0] else ()


def _values(past: PastCandidate, genome: Genome | None, known: _TriedSoFar) -> dict[str, Scalar]:
    """The values of a candidate's genes; of a later cycle, which has genes of its own, as far as
    they stand in its recipe.
    """
    if genome is None:
        return {}
    if len(past.genome) == len(genome):
        return dict(zip(genome.names, _flat(genome.values(past.genome)), strict=True))
    made = genes_of(known.recipe or {}, known.made.get(past.place, {}))
    values: dict[str, Scalar] = {}
    for name, value in made.items():
        points = value if isinstance(value, list) else [value]
        names = [f"{name}[{n}]" for n in range(len(points))] if len(points) > 1 else [name]
        values |= dict(zip(names, points, strict=True))
    return values


def _flat(values: Iterable[Any]) -> list[Scalar]:
    """Each point by itself."""
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


def _costs(history: RunHistory, baselines: frozenset[str]) -> dict[str, Cost]:
    """What search items took, by digest; of the models that a winner is measured against they are
    no candidate's.
    """
    costs: dict[str, Cost] = {}
    for part in history.parts:
        if part.split == Split.SEARCH and part.digest not in baselines:
            costs[part.digest] = costs.get(part.digest, Cost()) + part.cost
    return costs
