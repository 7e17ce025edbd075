"""The text of a licence, recognised by what stands at its head."""

from __future__ import annotations

import re

from evomerge.licences.licence import Licence
from evomerge.licences.table import LICENCES

HEAD = 1500
"""Characters in which a licence says what it is; further down it may name others."""
_BETWEEN = re.compile(r"[\s,*#=()\"“”]+")
"""What stands between the words of a title, and around them."""
_TITLES = {title: one for one in LICENCES.values() for title in one.titles}
_TITLE = re.compile(rf"\b({'|'.join(map(re.escape, sorted(_TITLES, key=len, reverse=True)))})")
"""Any title; of those that begin at the same place the longest."""


def recognised(text: str) -> Licence | None:
    """The licence whose title stands first at the head of a text; None where there is none."""
    found = _TITLE.search(_BETWEEN.sub(" ", text[:HEAD].lower()))
    return None if found is None else _TITLES[found[1]]
