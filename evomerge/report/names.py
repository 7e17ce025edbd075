"""What the models of a run are called, and the digest of each."""

from __future__ import annotations

from collections.abc import Mapping

from evomerge.ledger import (
    RANDOM_SEARCH,
    BaselinesNamed,
    BudgetRaised,
    Fact,
    ShippedNamed,
    WinnerChosen,
    WinnerExplained,
    labelled,
)
from evomerge.recipe.names import short_names


class Names:
    """Gathers the names of models: parents, their uniform merge, the winner and other finalists.

    Parents have as much of their path as tells them apart.
    """

    def __init__(self) -> None:
        self._baselines: Mapping[str, str] = {}
        self._shipped: dict[str, str] = {}
        self._chosen: dict[str, str] = {}
        self._finalists = 0

    def take(self, what: Fact) -> None:
        """Bring up to date."""
        if isinstance(what, BaselinesNamed):
            self._baselines = self._baselines or labelled(what.models)
        elif isinstance(what, ShippedNamed):
            self._shipped |= labelled(what.models)
        elif isinstance(what, BudgetRaised):
            self._chosen = {}
        elif isinstance(what, WinnerChosen):
            finalists = {
                f"finalist {number}": finalist.digest
                for number, finalist in enumerate(what.finalists)
                if number
            }
            others = labelled(one for one in what.against if one.model == RANDOM_SEARCH)
            self._chosen = {"winner": what.digest, **finalists, **others}
            self._finalists = len(what.finalists)
        elif isinstance(what, WinnerExplained) and what.smaller is not None:
            if what.smaller.digest not in self._chosen.values():
                self._chosen[f"finalist {self._finalists}"] = what.smaller.digest
                self._finalists += 1

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each model, by its name."""
        known = {**self._baselines, **self._shipped}
        short = short_names(known)
        return {**{short[name]: digest for name, digest in known.items()}, **self._chosen}
