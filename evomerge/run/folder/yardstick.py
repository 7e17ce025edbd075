"""What a run's models are compared by, as it is recorded when the run begins."""

from __future__ import annotations

import hashlib

from evomerge.ledger import Split, TaskMeasure, Yardstick
from evomerge.recipe import FitnessTerm
from evomerge.recipe.term import JUDGED_BY
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.tasks.term import Term

_DECIDES = (*JUDGED_BY, "filter", "range")
"""The keys of a term that decide what an answer scores."""


def yardstick_of(prepared: Prepared) -> Yardstick:
    """Weights and scales of tasks, what judges them, and which questions hang together.

    Of items that the run does not have nothing is said.
    """
    benchmark, ids = prepared.benchmark, prepared.benchmark.ids(*Split)
    units = benchmark.units
    said = [term for _, term in prepared.evolve.terms]
    return Yardstick(
        benchmark.how,
        {
            term.task: _measured(term, settings)
            for term, settings in zip(benchmark.terms, said, strict=True)
        },
        {item: units.questions[item] for item in ids if item in units.questions},
        {item: units.groups[item] for item in ids if item in units.groups},
    )


def _measured(term: Term, settings: FitnessTerm) -> TaskMeasure:
    said = settings.model_dump(mode="json", include={*_DECIDES})
    judged = repr((term.metric, term.source, sorted(said.items())))
    scale = term.scale
    return TaskMeasure(
        term.weight,
        hashlib.sha256(judged.encode()).hexdigest(),
        None if scale is None else (scale.low, scale.high, scale.binary),
    )
