"""A run that rails have ended: why, how it goes on, and who lets it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evomerge.errors import Halted, UserError
from evomerge.ledger import FILE, Event, Ledger, RailDecided, RailOverridden
from evomerge.rails import Action
from evomerge.rails.judging import standing
from evomerge.rails.rules import RAILS
from evomerge.recipe import Recipe


@dataclass(frozen=True)
class Override:
    """A person's word that a paused run is to go on."""

    rails: tuple[str, ...]
    """Names of the rails that paused it."""
    reason: str


def override_of(rails: Sequence[str], reason: str) -> Override | None:
    """What a person says; None where that is nothing.

    Raises:
        UserError: rails without a reason, or a reason without rails.
    """
    reason = reason.strip()
    if not rails and not reason:
        return None
    if not rails:
        raise UserError("--reason is for a rail that is overridden: say --override NAME as well")
    if not reason:
        raise UserError(f"--override {rails[0]}: say why, with --reason TEXT; it is recorded")
    return Override(tuple(rails), reason)


def require_unhalted(recipe: Recipe, folder: Path, override: Override | None) -> None:
    """Check, before anything is opened or computed, that no rail holds a run.

    Args:
        recipe: to be searched; where it has no rails, and nothing is overridden, nothing is read.
        folder: the run's; there may be no run in it yet.

    Raises:
        Halted, UserError: as for :func:`overrides_of`.
    """
    is_held = override is not None or (recipe.evolve is not None and recipe.evolve.held_to)
    if is_held and (folder / FILE).is_file():
        with Ledger(folder) as ledger:
            overrides_of(ledger.events(), override, folder)


def halt(decided: Sequence[RailDecided], folder: Path) -> Halted:
    """The error that ends a run, with the evidence of each rail and what to do.

    Args:
        decided: one decision or more that nobody has overridden.
        folder: the run's.
    """
    stops = [one for one in decided if one.action == Action.STOP]
    why = "; ".join(_described(one) for one in decided)
    if stops:
        names = " and ".join(dict.fromkeys(one.rail for one in stops))
        return Halted(f"{why}; a stop by {names} cannot be overridden: begin another run")
    rails = dict.fromkeys(one.rail for one in decided)
    options = [word for rail in rails for word in ("--override", rail)]
    command = shlex.join(["evomerge", "resume", str(folder), *options])
    return Halted(f"{why}; if it is right all the same, go on with: {command} --reason TEXT")


def _described(one: RailDecided) -> str:
    rail = RAILS.get(one.rail)
    done = "stopped" if one.action == Action.STOP else "paused"
    cure = "" if rail is None else f". What to do: {rail.cure}"
    return (
        f"{done} by the rail {one.rail} after generation {one.generation} of cycle {one.cycle}: "
        f"{one.sentence}{cure}"
    )


def overrides_of(
    events: Sequence[Event], override: Override | None, folder: Path
) -> list[RailOverridden]:
    """The overrides to be recorded before a run goes on.

    Args:
        events: of the run so far.
        override: what a person says now; None: nothing.
        folder: the run's, to be told.

    Raises:
        Halted: a rail has ended the run, and is not overridden.
        UserError: what is to be overridden has not paused it.
    """
    decided = [one for one in events if isinstance(one, RailDecided)]
    known = [one for one in events if isinstance(one, RailOverridden)]
    held = standing(decided, known)
    named = () if override is None else override.rails
    reason = "" if override is None else override.reason
    new = [one.overridden(reason) for one in held if one.rail in named]
    before = {one.rail for one in known if one.reason == reason}
    for name in named:
        if name not in {one.rail for one in new} | before:
            raise UserError(f"--override {name}: {_not_paused(name, held, folder)}")
    if left := standing(held, new):
        raise halt(left, folder)
    return new


def record_overrides(ledger: Ledger, override: Override | None, folder: Path) -> None:
    """Record what a person says of a run that :func:`require_unhalted` lets go on."""
    if new := overrides_of(ledger.events(), override, folder):
        ledger.record(*new)


def _not_paused(name: str, held: Sequence[RailDecided], folder: Path) -> str:
    if name not in RAILS:
        return f"no rail is called so; there are {', '.join(RAILS)}"
    by = ", ".join(dict.fromkeys(one.rail for one in held)) or "no rail"
    return f"it has not paused {folder}, which is held by {by}"
