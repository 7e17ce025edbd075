"""`path:` in a recipe: the order in which an offspring runs through the layers of a merge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from evomerge.recipe.entries import Slice
from evomerge.recipe.values import Frozen, PlacedError

MOST_REPEATS = 8
"""Times that a path may run through all layers: more are a deeper model than any parent."""
MOST_HIDDEN = 64
"""Hidden units of the network that gives scales."""


class LayerStep(Frozen):
    """A layer of the merge that an offspring runs through."""

    layer: int = Field(ge=0, description="its number in the merge")
    scale: float = Field(
        1.0, gt=0, description="what the residual stream is multiplied by before it"
    )


class ScaleGenes(Frozen):
    """Scales between `low` and `high` that are left open; the search starts at 1.

    `matrix` has a gene for each pair of layers of which one can follow the other, `network` the
    weights of a small network that reads both layers' numbers and the step (arXiv 2403.13187,
    section 3.2).
    """

    low: float = Field(gt=0, le=1, description="smallest scale")
    high: float = Field(ge=1, description="largest scale")
    by: Literal["matrix", "network"] = "matrix"
    hidden: int = Field(4, ge=1, le=MOST_HIDDEN, description="hidden units of the network")

    @model_validator(mode="after")
    def _check(self) -> ScaleGenes:
        if not self.low < self.high:
            raise ValueError(f"low ({self.low}) must be less than high ({self.high})")
        return self


class PathGenes(Frozen):
    """A path that is left open: which layers it has, in the order of the merge, and how often."""

    layers: int | None = Field(
        None, ge=1, description="how many the merge has; slices say it themselves"
    )
    repeats: int = Field(1, ge=1, le=MOST_REPEATS, description="times that it may run through them")
    longest: int | None = Field(
        None, ge=1, description="most layers that it may have; default: as many as it has slots"
    )
    scale: ScaleGenes | None = Field(None, description="default: no layer is scaled")


class OpenPath(Frozen):
    """A path left open: `path: {gene: {...}}`."""

    gene: PathGenes


def _kind_of_path(value: Any) -> str:
    return "open" if isinstance(value, dict | OpenPath) else "steps"


LayerPath = Annotated[
    Annotated[Annotated[tuple[LayerStep, ...], Field(min_length=1)], Tag("steps")]
    | Annotated[OpenPath, Tag("open")],
    Discriminator(_kind_of_path),
]
"""A path, or what is left open of it."""


def check_closed(slices: Sequence[Slice]) -> None:
    """Check that slices say which layers a path runs through.

    Raises:
        PlacedError: a gene chooses them.
    """
    for number, part in enumerate(slices):
        for index, source in enumerate(part.sources):
            if source.is_open:
                place = ("slices", number, "sources", index, "layer_range")
                raise PlacedError("cannot be left open where there is a path", *place)


def check_steps(path: Sequence[LayerStep], layers: int) -> None:
    """Check that there is every layer of a path.

    Args:
        layers: how many there are.

    Raises:
        PlacedError: there is one too few.
    """
    for number, step in enumerate(path):
        if step.layer >= layers:
            said = f"the slices have {layers} layers, 0 to {layers - 1}"
            raise PlacedError(said, "path", number, "layer")
