"""All rails of a run asked after a generation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evomerge.ledger import RailDecided, RailOverridden
from evomerge.rails.decision import Action
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun

Settings = Mapping[Rail, RailSettings]
"""The rails that are on, in the order of their names, each with its settings."""


@dataclass(frozen=True)
class Rulings:
    """What the rails have decided after a generation."""

    decided: tuple[RailDecided, ...]
    """All that did not let it go on, whether or not a person has overridden them."""
    standing: tuple[RailDecided, ...]
    """Those that nobody has overridden: they end the run."""


def judge_all(
    settings: Settings,
    watched: WatchedRun,
    overrides: Sequence[RailOverridden],
    met: Sequence[RailDecided] = (),
) -> Rulings:
    """Ask each rail, by what was watched up to the newest generation.

    Args:
        overrides: of the whole run, in order.
        met: decisions at earlier generations of this very history that were overridden. A rail
            compares with what a person has accepted so.
    """
    place, decided = watched.newest.place, []
    for rail, own in settings.items():
        before = [one.place for one in met if one.rail == rail.name and one.place < place]
        history = watched.since(max(before)) if before else watched
        decision = rail.judge(history, own)
        if decision.action is not Action.GO_ON:
            decided.append(
                RailDecided(
                    rail.name,
                    decision.action.value,
                    *place,
                    decision.value,
                    decision.threshold,
                    decision.sentence,
                )
            )
    return Rulings(tuple(decided), standing(decided, overrides))


def standing(
    decided: Sequence[RailDecided], overrides: Sequence[RailOverridden]
) -> tuple[RailDecided, ...]:
    """The decisions that hold: a pause that nobody has overridden, and each stop."""
    accepted = {one.decision for one in overrides}
    return tuple(
        dict.fromkeys(
            one for one in decided if one.action == Action.STOP or one.name not in accepted
        )
    )
