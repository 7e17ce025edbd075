"""What a search asks for and is told, recorded the first time and compared every time after."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.errors import Diverged
from evomerge.ledger import Asked, Ledger, Objective, Place, Told
from evomerge.run.cycle.outcomes import Raced
from evomerge.run.evaluation.offspring import Offspring
from evomerge.search import Candidate


class History:
    """The candidates of a run.

    Args:
        ledger: what it holds is what an earlier session asked and told.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        before = (record.what for record in ledger.records(Asked, Told))
        self._before = [one for one in before if isinstance(one, Asked | Told)]
        self._asked = {one.place: one for one in self._before if isinstance(one, Asked)}
        self._told = {one.candidate: one for one in self._before if isinstance(one, Told)}
        self._numbers: dict[tuple[int, int], int] = {}
        """By a candidate's cycle and its number in that cycle's search, its number in the run."""

    def at(self, place: Place, genome: tuple[float, ...]) -> Asked | None:
        """The candidate that an earlier session asked for at a place, if it had this genome."""
        known = self._asked.get(place)
        return known if known is not None and known.genome == genome else None

    def of_cycle(self, cycle: int) -> list[Asked | Told]:
        """What earlier sessions asked and told in a cycle, in the order in which they did."""
        numbers = {one.candidate for one in self._asked.values() if one.place.cycle == cycle}
        return [one for one in self._before if one.candidate in numbers]

    def ask(
        self,
        candidates: Sequence[Candidate],
        offspring: Sequence[Offspring],
        genes: Sequence[str],
    ) -> list[int]:
        """The numbers of a generation's candidates.

        Args:
            candidates: as the search gave them.
            offspring: what their genomes stand for, each with its place.
            genes: names of the coordinates, shape (n,).

        Raises:
            Diverged: one is not what was asked for at its place in an earlier session.
        """
        numbers, new = [], []
        for one, each in zip(candidates, offspring, strict=True):
            assert each.place is not None
            known = self._asked.get(each.place)
            number = len(self._asked)
            origins = tuple(self._numbers[each.place.cycle, origin] for origin in one.origins)
            asked = Asked(
                number, each.place, one.genome, each.digest, one.operator, origins, each.made_of
            )
            if known is None:
                self._asked[each.place] = known = asked
                new.append(asked)
            elif (known.genome, known.digest) != (asked.genome, asked.digest):
                raise Diverged(_difference(known, asked, genes))
            self._numbers[each.place.cycle, one.number] = known.candidate
            numbers.append(known.candidate)
        if new:
            self._ledger.record(*new)
        return numbers

    def tell(
        self, numbers: Sequence[int], raced: Sequence[Raced], parts: Sequence[tuple[int, ...]]
    ) -> None:
        """Note what a search is told of a generation.

        Args:
            numbers: of its candidates.
            raced: how they ended.
            parts: for each the numbers of the records that it rests on.

        Raises:
            Diverged: an earlier session was told otherwise.
        """
        new = []
        for number, candidate, records in zip(numbers, raced, parts, strict=True):
            trial, outcome = candidate.trial, candidate.outcome
            values = zip(outcome.objectives, outcome.errors, strict=True)
            objectives = tuple(Objective(value, error) for value, error in values)
            one = Told(number, objectives, trial.violation, trial.state, trial.reason, records)
            known = self._told.get(number)
            if known is None:
                self._told[number] = one
                new.append(one)
            elif known.said != one.said:
                raise Diverged(
                    f"candidate {number}: the search was told {_words(known)}, and would be told "
                    f"{_words(one)} now; {_CURE}"
                )
        if new:
            self._ledger.record(*new)


_CURE = (
    "the run cannot be repeated here. Resume it where and with what it was begun, or begin anew in "
    "another folder"
)


def _difference(known: Asked, asked: Asked, genes: Sequence[str]) -> str:
    place: Place = known.place
    where = (
        f"candidate {known.candidate} (cycle {place.cycle}, generation {place.generation}, "
        f"position {place.position})"
    )
    for gene, before, now in zip(genes, known.genome, asked.genome, strict=False):
        if before != now:
            return (
                f"{where} was asked for with {gene} at {before!r}, and is now at {now!r}; {_CURE}"
            )
    if len(known.genome) != len(asked.genome):
        return (
            f"{where} had {len(known.genome)} coordinates and has {len(asked.genome)} now; {_CURE}"
        )
    return f"{where} was {known.digest[:16]}, and is now {asked.digest[:16]}; {_CURE}"


def _words(told: Told) -> str:
    values = ", ".join(f"{one.value!r} ± {one.error!r}" for one in told.objectives)
    return f"{values or 'no value'} ({told.state}, violation {told.violation!r})"
