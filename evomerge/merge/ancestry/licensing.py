"""Under which licence a merge can be given on: refused, or told in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from evomerge.errors import RecipeError
from evomerge.licences.combining import Clash
from evomerge.licences.licence import Licence, LicenceKind
from evomerge.licences.naming import AND, licence_of
from evomerge.merge.ancestry.ancestry import Ancestry, ancestry_of
from evomerge.recipe import Recipe
from evomerge.recipe.names import short_names

NO_ADVICE = "this is no legal advice"
_SIGNS = re.compile(r"[^a-z0-9.+-]+")
"""What the Hub has in no name of a licence."""
_SHOWN = 3
"""Models that are named of those under one licence."""


class Stated(NamedTuple):
    """A licence as the Hub's cards state it; all None where nothing is known."""

    license: str | None = None
    license_name: str | None = None
    license_link: str | None = None


def licensed_ancestry(recipe: Recipe) -> Ancestry:
    """What the root models of a recipe say of themselves, and that the merge may be given on.

    Raises:
        RecipeError: their licences contradict each other, and the recipe names none.
    """
    ancestry = ancestry_of(recipe)
    require_licence(recipe, ancestry)
    return ancestry


def require_licence(recipe: Recipe, ancestry: Ancestry) -> None:
    """Check that some licence can hold for what a recipe makes, or that the recipe names one.

    Raises:
        RecipeError: the parents' licences contradict each other.
    """
    clashes = ancestry.combined.clashes
    if ancestry.chosen is None and clashes:
        raise RecipeError(
            f"{recipe.at()}no licence allows this merge to be passed on: "
            f"{'; '.join(_described(clash, ancestry) for clash in clashes)}. Leave one of the "
            "models out; or, if you know by what right, say in the recipe which licence holds and "
            f"why: `license: {{id: …, why: …}}` ({NO_ADVICE})"
        )


def stated(ancestry: Ancestry) -> Stated:
    """The licence of the merge, as its card states it."""
    if ancestry.chosen is not None:
        return _stated((licence_of(ancestry.chosen.id),))
    return _stated(ancestry.combined.binding)


def licence_notes(recipe: Recipe, ancestry: Ancestry) -> list[str]:
    """What a user should know of the merge's licence, a sentence each."""
    lines = [*_held(ancestry), *licence_demands(ancestry)]
    prefix, name = ancestry.combined.model_name, recipe.name
    if prefix and name and not name.startswith(prefix):
        lines.append(f"caution: licence: the recipe's name is {name!r}")
    return [*lines, *(f"caution: licence: {line}" for line in licence_doubts(ancestry))]


def licence_demands(ancestry: Ancestry) -> list[str]:
    """What the parents' licences ask of who gives the merge on, whichever licence holds."""
    combined = ancestry.combined
    lines = []
    if combined.model_name:
        lines.append(f"licence: the model's name must begin with {combined.model_name!r}")
    lines += [f"licence: {notice!r} must be shown with the model" for notice in combined.notices]
    if combined.non_commercial:
        lines.append("licence: the model may not be used in commerce")
    return lines


def licence_doubts(ancestry: Ancestry) -> list[str]:
    """What is not known of the parents' licences."""
    silent = [card.name for card in ancestry.cards if not card.licences and not card.note]
    lines = [f"{_listed(silent)}: none is said"] if silent else []
    lines += [f"{card.name}: {card.note}" for card in ancestry.cards if card.note]
    return lines + [
        f"{licence.id}, of {_listed(ancestry.under(licence))}: evomerge does not know its terms"
        for licence in ancestry.combined.licences
        if licence.kind is LicenceKind.UNKNOWN_TERMS
    ]


def _held(ancestry: Ancestry) -> Iterator[str]:
    """Which licence holds, and why that one."""
    combined, chosen = ancestry.combined, ancestry.chosen
    named = "; ".join(f"{one.id} of {_listed(ancestry.under(one))}" for one in combined.licences)
    if chosen is not None:
        yield f"licence: {chosen.id}, as the recipe says ({chosen.why}); {NO_ADVICE}"
        yield from (f"caution: licence: {_described(c, ancestry)}" for c in combined.clashes)
    elif len(combined.licences) == 1:
        yield f"licence: {combined.licences[0].id}, that of the models that name one; {NO_ADVICE}"
    elif combined.binding:
        held = " and ".join(one.id for one in combined.binding)
        yield f"licence: {held}, the strictest of the models' ({named}); {NO_ADVICE}"


def _described(clash: Clash, ancestry: Ancestry) -> str:
    """A clash in a clause, with the models that it is about."""
    named = [
        f"{one.id} (of {_listed(ancestry.under(one))})"
        for one in (clash.one, clash.other)
        if one is not None
    ]
    return f"{' and '.join(named)} {clash.why}"


def _listed(names: list[str] | tuple[str, ...]) -> str:
    short = [*short_names(names).values()]
    more = len(short) - _SHOWN
    return ", ".join(short[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _stated(licences: tuple[Licence, ...]) -> Stated:
    if not licences:
        return Stated()
    if len(licences) == 1 and licences[0].is_named_on_hub:
        return Stated(licences[0].id)
    link = next((one.link for one in licences if one.link), None)
    return Stated("other", _SIGNS.sub("-", AND.join(one.id for one in licences)).strip("-"), link)
