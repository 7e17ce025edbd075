"""Licences by the names that cards have for them."""

from __future__ import annotations

from evomerge.licences.licence import Licence, LicenceKind
from evomerge.licences.table import LICENCES

AND = "-and-"
"""Between the names of licences that hold together, in the one name that a card has."""


def licences_named(name: str, link: str = "") -> tuple[Licence, ...]:
    """The licences of a name in a card, which evomerge may have made of two."""
    parts = name.strip().lower().split(AND)
    if all(part in LICENCES for part in parts):
        return tuple(LICENCES[part] for part in parts)
    return (licence_of(name, link),)


def licence_of(name: str, link: str = "") -> Licence:
    """The licence of a name: one of the table, or one of which nothing but the name is known.

    Args:
        name: as a card has it under `license`, or under `license_name` of another one.
        link: where its text is, if the table does not know it.
    """
    plain = name.strip().lower()
    known = LICENCES.get(plain)
    if known is not None:
        return known
    return Licence(plain, LicenceKind.UNKNOWN_TERMS, link, is_named_on_hub=False)
