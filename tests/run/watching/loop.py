"""A watched search in which all but the loop and the rails is fake."""

from __future__ import annotations

from pathlib import Path

from evomerge.ledger import Asked, Split, Told
from evomerge.rails.rules import RAILS
from evomerge.recipe import Genome
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.watching.looking import Looking
from evomerge.run.watching.watch import Watch
from evomerge.workers.fake import FakeWorkers
from tests.run.fakes import A, B, near_peak, prepared

DEFAULTS = {rail: rail.settings() for rail in RAILS.values()}


class TwoParents:
    """Stands in for :class:`evomerge.run.baselines.baselines.Baselines`: two parents, no model."""

    def __init__(self, ready, evaluations):
        self._evaluations = evaluations
        genome = Genome(ready.recipe)
        recipes = {A: genome.decode((1.0, 0.0)), B: genome.decode((0.0, 1.0))}
        self.models = {
            model: Offspring(recipe, ready.digest(recipe)) for model, recipe in recipes.items()
        }

    def score(self, split, workers):
        self._evaluations.ask([*self.models.values()], split, workers)


def searched(
    ledger,
    settings=DEFAULTS,
    answer=near_peak,
    budget="evaluations: 12",
    curriculum=None,
    number=0,
    **more,
):
    """A cycle that has run, watched if there are settings; the workers that it had."""
    ready, workers = prepared(budget, **more), FakeWorkers(answer)
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None, "all")
    baselines = TwoParents(ready, evaluations)
    watch = None
    if settings:
        looking = Looking(ready.benchmark, evaluations, ready.evolve.seed)
        watch = Watch(settings, looking, baselines, ledger, Path("run"), curriculum=curriculum)
    try:
        baselines.score(Split.SEARCH, workers)
        cycle = Cycle(number, ready, evaluations, ledger, Spent(), watch=watch)
        cycle.run(workers, Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
    finally:
        searched.workers = workers
    return cycle


def told(ledger):
    """All that the search asked and was told, but for the records that it rests on."""
    found = [record.what for record in ledger.records(Asked, Told)]
    return [one.said if isinstance(one, Told) else one for one in found]
