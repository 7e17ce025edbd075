"""Which licence the offspring is given on under, where the user says so."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from evomerge.recipe.values import Frozen

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class LicenceChoice(Frozen):
    """The licence that holds for the offspring, where those of its parents do not say or clash."""

    id: _Words = Field(description="as the Hub has it (apache-2.0), or the name of another one")
    why: _Words = Field(description="by what right: it stands in the model card")
