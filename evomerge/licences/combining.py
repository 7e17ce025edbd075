"""Which licence holds for a merge of models under several, and between which of them none can.

All is decided by the set of the licences: neither order nor number of models counts. Who adds one
adds to what is asked, and to what contradicts itself, and takes nothing away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from evomerge.licences.licence import Licence, LicenceKind


@dataclass(frozen=True)
class Clash:
    """Why no licence can hold: of one licence, or of two."""

    one: Licence
    other: Licence | None
    """None where the one forbids what is derived from its models."""

    @property
    def why(self) -> str:
        """As a clause that follows their names."""
        if self.other is None:
            return "allows nothing that is derived from its models, as a merge is"
        kinds = {self.one.kind, self.other.kind}
        if LicenceKind.UNKNOWN_TERMS in kinds:
            return "may both hold for what is made of their models: evomerge cannot tell"
        if self.one.is_passed_on and self.other.is_passed_on:
            return "each demand that what is made of their models is given on under it"
        if LicenceKind.NON_COMMERCIAL in kinds:
            return "contradict each other: one allows commerce to everybody, one to nobody"
        return "contradict each other: one asks for what the other does not allow"


@dataclass(frozen=True)
class Combined:
    """What holds for a merge of models under some licences."""

    licences: tuple[Licence, ...]
    """Each once, by id."""

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """What contradicts itself; none where a licence can hold."""
        alone = [Clash(one, None) for one in self.licences if _forbids(one)]
        pairs = combinations([one for one in self.licences if not _forbids(one)], 2)
        return (
            *alone,
            *(Clash(one, other) for one, other in pairs if not _go_together(one, other)),
        )

    @property
    def binding(self) -> tuple[Licence, ...]:
        """The licences that the merge is given on under: one, or an agreement and a licence that
        forbids commerce; none where none is known, or no licence can hold.
        """
        if not self.licences or self.clashes:
            return ()
        passed = [one for one in self.licences if one.is_passed_on]
        last = [one for one in passed if not any(rest.id in one.becomes for rest in passed)]
        strictest = max(
            (one for one in self.licences if not one.is_passed_on),
            key=lambda one: (one.strictness, one.id),
            default=None,
        )
        if strictest is None or (last and (last[0].non_commercial or not strictest.non_commercial)):
            return tuple(last)
        return (*last, strictest)

    @property
    def non_commercial(self) -> bool:
        """Whether what is made of the models may not be used in commerce."""
        return any(one.non_commercial for one in self.licences)

    @property
    def notices(self) -> tuple[str, ...]:
        """What must be shown with the merge."""
        return tuple(dict.fromkeys(one.notice for one in self.licences if one.notice))

    @property
    def model_name(self) -> str:
        """What the merge's name must begin with; "" where that is free."""
        return max((one.model_name for one in self.licences), key=len, default="")


def combine(licences: Iterable[Licence]) -> Combined:
    """What holds for a merge of models under these licences."""
    by_id = {one.id: one for one in sorted(licences, key=lambda one: (one.id, one.link))}
    return Combined(tuple(by_id.values()))


def _forbids(licence: Licence) -> bool:
    return licence.kind is LicenceKind.NO_DERIVATIVES


def _go_together(one: Licence, other: Licence) -> bool:
    """Whether one work can keep to both."""
    if one.is_passed_on and other.is_passed_on:
        return other.id in one.becomes or one.id in other.becomes
    if not one.is_passed_on and not other.is_passed_on:
        return True
    passed, open_one = (one, other) if one.is_passed_on else (other, one)
    if open_one.id in passed.excludes:
        return False
    return passed.may_be_narrowed or passed.non_commercial or not open_one.non_commercial
