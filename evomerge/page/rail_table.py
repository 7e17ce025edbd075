"""The rails that a run is held to, and what each has decided."""

from __future__ import annotations

from collections.abc import Iterator

from evomerge.errors import UserError
from evomerge.page.shown_table import ShownTable
from evomerge.recipe import recipe_from
from evomerge.report.halts import ViewedHalt
from evomerge.report.view import View


def rail_table(view: View) -> Iterator[ShownTable]:
    """One row a rail; nothing where a run is held to none, or none has looked yet."""
    if view.watch is None or view.recipe is None:
        return
    try:
        evolve = recipe_from(view.recipe).evolve
    except UserError:  # of a version that had other rails
        return
    rails = () if evolve is None else [*evolve.held_to]
    rows = tuple((rail.name, rail.summary, _decided(view, rail.name)) for rail in rails)
    count = len(view.watch.generations)
    title = f"{len(rows)} rails have looked at {count} generation{'s' * (count > 1)}"
    yield ShownTable(title, ("rail", "ends the run when", "decided"), rows)


def _decided(view: View, rail: str) -> str:
    return "; ".join(_told(one) for one in view.halts if one.rail == rail) or "go on, each time"


def _told(halt: ViewedHalt) -> str:
    where = f"{halt.action} after generation {halt.generation} of cycle {halt.cycle}"
    told = f"{where}: {halt.sentence}"
    return told if halt.reason is None else f"{told} (overridden: {halt.reason})"
