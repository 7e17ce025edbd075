"""A run's records as numbers for those who watch the cluster that it runs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from evomerge.ledger import Fact, Part, Trial, WorkersTimed
from evomerge.workers.cluster.messages import Measure, Measured


def measured(what: Fact) -> Iterator[Measured]:
    """What a record adds to the numbers, or sets them to."""
    if isinstance(what, Trial):
        yield Measured(Measure.TRIALS, 1, what.state.value)
    elif isinstance(what, Part):
        yield Measured(Measure.PARTS, 1, what.state.value)
        yield Measured(Measure.TOKENS, what.cost.tokens, what.split)
    elif isinstance(what, WorkersTimed):
        for way, seconds in asdict(what.time).items():
            yield Measured(Measure.SECONDS, seconds, way.removesuffix("_s"))
