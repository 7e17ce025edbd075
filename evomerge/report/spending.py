"""What a run has taken, by what for."""

from __future__ import annotations

from dataclasses import dataclass

from evomerge.ledger import (
    RANDOM_SEARCH,
    AdapterTrained,
    BaselinesNamed,
    Cost,
    Fact,
    ItemsMade,
    Part,
    PartAhead,
    Place,
    Split,
    TrainingFailed,
    Trial,
)
from evomerge.report.ending import RANDOM

PARENTS = "parents"
AT_RANDOM = RANDOM_SEARCH.label
TRAINING = "training"
AHEAD = "ahead"
"""What idle workers did before the run asked for it, as long as it has not."""
WRITING = "written items"
"""What models read and wrote to write items and to verify them."""
CONTROLS = "controls"
"""Searches without the loop, that are compared with."""
COUNTED = (PARENTS, Split.SEARCH.value, WRITING, TRAINING)
"""What counts against the budget."""
PURPOSES = (*COUNTED, AT_RANDOM, CONTROLS, Split.VALIDATION.value, Split.TEST.value, AHEAD)

NANO = 10**9
"""Units of a second in which times are added up, and of a joule."""


class Spending:
    """What merging and forward passes took: for parents and candidates on the search items, for
    what was written and trained, for searches that are compared with, for validation and for the
    test.

    What judges read and write is not in it. What an offspring is asked for may be known after it
    was asked, and then moves to another purpose; so times are whole nanoseconds, of which sums and
    differences are exact.
    """

    def __init__(self) -> None:
        self._baselines: frozenset[str] = frozenset()
        self._searched: set[str] = set()
        self._compared: dict[str, str] = {}
        """Digests that a search asked for first that is compared with, and for what."""
        self._of: dict[str, _Taken] = {}
        """For search items, by digest."""
        self._ahead: dict[tuple[str, str, Cost], int] = {}
        """How many parts were done ahead and not asked for since."""
        self._for = {purpose: _Taken() for purpose in PURPOSES}

    def take(self, what: Fact) -> None:
        """Bring up to date."""
        if isinstance(what, PartAhead):
            self._foresee(what.part, 1)
        elif isinstance(what, Part):
            taken = _Taken.of(what.cost)
            if self._ahead.get((what.digest, what.split, what.cost)):
                self._foresee(what, -1)
            if what.split == Split.SEARCH:
                self._of[what.digest] = self._of.get(what.digest, _Taken()) + taken
                self._for[self._purpose(what.digest)] += taken
            else:
                self._for[what.split] += taken
        elif isinstance(what, AdapterTrained | TrainingFailed):
            self._for[TRAINING if what.cycle >= 0 else CONTROLS] += _Taken.of(what.cost)
        elif isinstance(what, BaselinesNamed) and not self._baselines:
            named = frozenset(one.digest for one in what.models)
            before = {digest: self._purpose(digest) for digest in named}
            self._baselines = named
            for digest in named:
                self._move(digest, before[digest])
        elif isinstance(what, Trial) and what.place is not None:
            self._ask(what.digest, what.place)
        elif isinstance(what, ItemsMade):
            self._for[WRITING] += _Taken.of(Cost(forward_s=what.seconds, tokens=what.tokens))

    def _foresee(self, part: Part, count: int) -> None:
        """Count parts done ahead; one that is asked for is a part like any other from then on."""
        key = part.digest, part.split, part.cost
        self._ahead[key] = self._ahead.get(key, 0) + count
        taken = _Taken.of(part.cost)
        self._for[AHEAD] = self._for[AHEAD]._with(taken, count)

    def _ask(self, digest: str, place: Place) -> None:
        before = self._purpose(digest)
        if place.cycle >= 0:
            self._searched.add(digest)
        else:
            self._compared.setdefault(digest, AT_RANDOM if place.cycle == RANDOM else CONTROLS)
        if self._purpose(digest) != before:
            self._move(digest, before)

    def _move(self, digest: str, before: str) -> None:
        taken = self._of.get(digest)
        if taken is not None:
            self._for[before] -= taken
            self._for[self._purpose(digest)] += taken

    def _purpose(self, digest: str) -> str:
        """What search items are asked of an offspring for."""
        if digest in self._baselines:
            return PARENTS
        if digest in self._searched:
            return Split.SEARCH.value
        return self._compared.get(digest, Split.SEARCH.value)

    @property
    def searched_tokens(self) -> int:
        """Read and written for search items, to write some, and in training."""
        return sum(self._for[purpose].tokens for purpose in COUNTED)

    @property
    def costs(self) -> dict[str, Cost]:
        """By purpose; those that took nothing are left out."""
        return {what: taken.cost for what, taken in self._for.items() if taken != _Taken()}


@dataclass(frozen=True)
class _Taken:
    """A cost in whole numbers: nanoseconds of merging, of forward passes, of the rest; tokens;
    nanojoules.
    """

    merge: int = 0
    forward: int = 0
    other: int = 0
    tokens: int = 0
    energy: int = 0

    @classmethod
    def of(cls, cost: Cost) -> _Taken:
        seconds = (cost.merge_s, cost.forward_s, cost.other_s)
        merge, forward, other = (round(each * NANO) for each in seconds)
        energy = round((cost.energy_j or 0.0) * NANO)
        return cls(merge, forward, other, cost.tokens, energy)

    @property
    def cost(self) -> Cost:
        energy_j = self.energy / NANO if self.energy else None
        seconds = (self.merge / NANO, self.forward / NANO, self.other / NANO)
        return Cost(*seconds, self.tokens, energy_j)

    def __add__(self, other: _Taken) -> _Taken:
        return self._with(other, 1)

    def __sub__(self, other: _Taken) -> _Taken:
        return self._with(other, -1)

    def _with(self, other: _Taken, sign: int) -> _Taken:
        return _Taken(
            self.merge + sign * other.merge,
            self.forward + sign * other.forward,
            self.other + sign * other.other,
            self.tokens + sign * other.tokens,
            self.energy + sign * other.energy,
        )
