"""A run in numbers for those who watch a cluster: Ray gives them to Prometheus."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable

from ray.util.metrics import Counter, Gauge

from evomerge.workers.cluster.member import CrewMember, Duty
from evomerge.workers.cluster.messages import Measure, Measured

PREFIX = "evomerge_"

_COUNTED = {
    Measure.TRIALS: ("Trials that have ended, by state.", "state"),
    Measure.PARTS: ("Evaluations that have ended, by state.", "state"),
    Measure.TOKENS: ("Tokens read and written, by split.", "split"),
}
_WORKERS = "Workers, by what they are doing."
_SECONDS = "Seconds of workers since the session began, by what they were spent on."


class Metrics:
    """Counters and gauges of one session, since this process began."""

    def __init__(self) -> None:
        self._counters = {
            measure: (Counter(PREFIX + measure.value, words, (tag,)), tag)
            for measure, (words, tag) in _COUNTED.items()
        }
        self._workers = Gauge(PREFIX + "workers", _WORKERS, ("duty",))
        self._seconds = Gauge(PREFIX + Measure.SECONDS.value, _SECONDS, ("way",))

    def take(self, said: Measured) -> None:
        """Bring up to date what the driver says."""
        if said.measure is Measure.SECONDS:
            self._seconds.set(said.value, {"way": said.tag})
        elif said.value > 0:
            counter, tag = self._counters[said.measure]
            counter.inc(said.value, {tag: said.tag})

    def count(self, members: Iterable[CrewMember]) -> None:
        """Bring up to date what workers do."""
        tally = Tally(one.duty for one in members)
        for duty in Duty:
            self._workers.set(tally[duty], {"duty": duty.value})
