"""What stands in a sum over models, taken apart: a weighted delta, thinned out, elected or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evomerge.formulas.tree import Applied, Constant, Tree
from evomerge.merge.formulas.spelt import Spelt
from evomerge.merge.formulas.terms import Factor, factors_of
from evomerge.merge.formulas.thinned import DELTA, MASKS

_NOTHING = Constant(0.0)


@dataclass(frozen=True)
class WeightedDelta:
    """A product w f d mask elect(v)."""

    weights: tuple[Factor, ...]
    """The numbers w, in their order."""
    mask: Applied | None
    rescaled: bool = False
    """Whether f gives back the sum of magnitudes that the delta had before."""
    by_density: bool = False
    """Whether f is one by the probability of a drawn mask."""
    election: Applied | None = None
    plainly: bool = False
    """Whether the election is over the deltas without their weights."""

    def divides_by(self, tree: Tree) -> Tree | None:
        """What the sum of the agreeing weights is at least; None where a divisor is no such sum."""
        match tree:
            case Applied("max", (Applied("sum", (inside,)), least)):
                pass
            case Applied("max", (least, Applied("sum", (inside,)))):
                pass
            case Applied("sum", (inside,)):
                least = _NOTHING
            case _:
                return None
        agreeing = [f for f in factors_of(inside) if f.tree != self.election]
        same = len(agreeing) < len([*factors_of(inside)]) and tuple(agreeing) == self.weights
        return least if same else None


def weighted_delta(spelt: Spelt, inside: Tree) -> WeightedDelta | None:
    """Take a product apart; None where it is none of a delta."""
    factors = [*factors_of(inside)]
    elections = [f for f in factors if isinstance(f.tree, Applied) and f.tree.function == "elect"]
    rest = [f for f in factors if f not in elections]
    numbers = tuple(f for f in rest if not spelt.sort(f.tree).tensor)
    tensors = [f for f in rest if f not in numbers]
    thinned = (
        None if any(f.divides for f in tensors) else _thinned(spelt, [f.tree for f in tensors])
    )
    if thinned is None or len(elections) > 1:
        return None
    mask, rescaled = thinned
    density = _density(mask)
    by_density = not rescaled and density in numbers
    weights = tuple(f for f in numbers if not by_density or f != density)
    if not elections:
        return WeightedDelta(weights, mask, rescaled, by_density)
    election = elections[0].tree
    assert isinstance(election, Applied)
    votes = [*factors_of(election.arguments[0])]
    plainly = votes == [f for f in rest if f not in weights]
    if votes != rest and not plainly:
        return None
    return WeightedDelta(weights, mask, rescaled, by_density, election, votes != rest)


def _thinned(spelt: Spelt, trees: Sequence[Tree]) -> tuple[Applied | None, bool] | None:
    """The mask of a delta, and whether it is rescaled; None where it is no delta."""
    match [*trees]:
        case [x] if x == DELTA:
            return None, False
        case [x, Applied() as mask] if x == DELTA and _is_of_deltas(spelt, mask):
            return mask, False
        case [Applied() as mask, x] if x == DELTA and _is_of_deltas(spelt, mask):
            return mask, False
        case [Applied("rescaled", (x, of))] if of == DELTA:
            inside = _thinned(spelt, [f.tree for f in factors_of(x) if not f.divides])
            whole = inside is not None and all(
                spelt.sort(f.tree).tensor and not f.divides for f in factors_of(x)
            )
            if inside is None or not whole or inside[1] or inside[0] is None:
                return None
            return (inside[0], True) if inside[0].function in MASKS else None
    return None


def _is_of_deltas(spelt: Spelt, mask: Applied) -> bool:
    """Whether it is one of the masks that kernels have, and looks at the deltas."""
    if mask.function == "drawn":
        return not spelt.sort(mask.arguments[0]).tensor
    return mask.function in (*MASKS, "varied") and mask.arguments[0] == DELTA


def _density(mask: Applied | None) -> Factor | None:
    """The divisor that gives a drawn delta its size back on average."""
    drawn = mask is not None and mask.function == "drawn"
    return Factor(mask.arguments[0], divides=True) if mask is not None and drawn else None
