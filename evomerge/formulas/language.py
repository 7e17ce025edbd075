"""The words of the language: which names and functions there are, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto


@dataclass(frozen=True)
class Sort:
    """What a part of a formula comes to: a number or a tensor, one or one for each model."""

    per_model: bool = False
    tensor: bool = False

    def __str__(self) -> str:
        kind = "tensor" if self.tensor else "number"
        return f"a {kind} of each model" if self.per_model else f"one {kind}"


class Signature(StrEnum):
    """What a function takes, and what it comes to."""

    ELEMENTWISE = auto()
    """Anything; a tensor if one of them is, of each model if one of them is."""
    OF_NUMBERS = auto()
    """A number, as `exp`: of tensors its last bits would differ between machines."""
    OVER_MODELS = auto()
    """What each model has; one for all of them."""
    AMONG_MODELS = auto()
    """A tensor of each model; the same."""
    OF_MODELS = auto()
    """A tensor of each model; one number."""
    MASK = auto()
    """A tensor, and numbers; a tensor."""
    MASK_OF_MODELS = auto()
    """A tensor of each model, and one number; one tensor."""
    CHANCE = auto()
    """Anything; a tensor of each model."""
    CHANCE_MASK = auto()
    """A tensor, and numbers; a tensor of each model."""
    OVER_ELEMENTS = auto()
    """Tensors; a number."""
    OF_TENSORS = auto()
    """Tensors; a tensor."""


@dataclass(frozen=True)
class Primitive:
    """A function of the language."""

    name: str
    signature: Signature
    arguments: tuple[str, ...]
    """A name for each, for the docs."""
    summary: str
    """What it makes, in a few words, for the docs."""


NAMES = {
    "b": (Sort(tensor=True), "the base's tensor"),
    "theta": (Sort(per_model=True, tensor=True), "each model's tensor"),
    "d": (Sort(per_model=True, tensor=True), "each model's delta, `theta - b`"),
    "n": (Sort(), "how many models there are, without the base"),
    "numel": (Sort(), "how many elements the tensor has"),
}
"""What a formula can name beside its parameters: its sort, and what it is."""

_S = Signature
_LISTED = (
    Primitive("+", _S.ELEMENTWISE, ("x", "y"), "the sum"),
    Primitive("-", _S.ELEMENTWISE, ("x", "y"), "the difference"),
    Primitive("*", _S.ELEMENTWISE, ("x", "y"), "the product"),
    Primitive("/", _S.ELEMENTWISE, ("x", "y"), "the quotient; a divisor of 0 counts as 1"),
    Primitive("neg", _S.ELEMENTWISE, ("x",), "0 less x, written `-x`"),
    Primitive("<", _S.ELEMENTWISE, ("x", "y"), "1 where it holds, 0 elsewhere; so the next four"),
    Primitive("<=", _S.ELEMENTWISE, ("x", "y"), ""),
    Primitive(">", _S.ELEMENTWISE, ("x", "y"), ""),
    Primitive(">=", _S.ELEMENTWISE, ("x", "y"), ""),
    Primitive("==", _S.ELEMENTWISE, ("x", "y"), ""),
    Primitive("abs", _S.ELEMENTWISE, ("x",), "the magnitude"),
    Primitive("sign", _S.ELEMENTWISE, ("x",), "1, 0 or -1"),
    Primitive("sqrt", _S.ELEMENTWISE, ("x",), "the square root; of what is below 0, 0"),
    Primitive("min", _S.ELEMENTWISE, ("x", "y"), "the smaller of two"),
    Primitive("max", _S.ELEMENTWISE, ("x", "y"), "the larger of two"),
    Primitive("clip", _S.ELEMENTWISE, ("x", "low", "high"), "x, and no less or more than these"),
    Primitive("where", _S.ELEMENTWISE, ("c", "x", "y"), "x where c is not 0, y elsewhere"),
    Primitive("exp", _S.OF_NUMBERS, ("x",), "e to the power of x"),
    Primitive("log", _S.OF_NUMBERS, ("x",), "the natural logarithm"),
    Primitive("sin", _S.OF_NUMBERS, ("x",), "the sine of an angle in radians"),
    Primitive("cos", _S.OF_NUMBERS, ("x",), "its cosine"),
    Primitive("acos", _S.OF_NUMBERS, ("x",), "the angle of a cosine, taken to lie in [-1, 1]"),
    Primitive("sum", _S.OVER_MODELS, ("x",), "over the models"),
    Primitive("mean", _S.OVER_MODELS, ("x",), "over the models"),
    Primitive("var", _S.OVER_MODELS, ("x",), "population variance over the models"),
    Primitive("median", _S.OVER_MODELS, ("x",), "over the models; of two in the middle their mean"),
    Primitive("smallest", _S.OVER_MODELS, ("x",), "over the models"),
    Primitive("largest", _S.OVER_MODELS, ("x",), "over the models"),
    Primitive(
        "elect",
        _S.AMONG_MODELS,
        ("x",),
        "1 where x has the sign of sum(x), or is above 0 where that is 0 (TIES)",
    ),
    Primitive("cosine", _S.OF_MODELS, ("x",), "mean cosine between two models' x; 1 for one model"),
    Primitive(
        "keep",
        _S.MASK,
        ("x", "p"),
        "1 at the share p of largest magnitudes, of equals the "
        "first; one at least where p is above 0",
    ),
    Primitive(
        "sift",
        _S.MASK,
        ("x", "p", "g"),
        "1 at the share p of largest magnitudes behind the share g of the very largest",
    ),
    Primitive(
        "varied",
        _S.MASK_OF_MODELS,
        ("x", "q"),
        "1 at the share q of largest variance, of the places where models differ",
    ),
    Primitive(
        "drawn",
        _S.CHANCE,
        ("p",),
        "1 with probability p by a counted draw, the same wherever it stands",
    ),
    Primitive(
        "prune",
        _S.CHANCE_MASK,
        ("x", "p", "e"),
        "1 with probability p - e to p + e, larger for larger magnitudes of a row (DELLA)",
    ),
    Primitive("rank", _S.OF_TENSORS, ("x",), "the rank of the magnitude in its row, from 0 to 1"),
    Primitive(
        "rescaled",
        _S.OF_TENSORS,
        ("x", "y"),
        "x times what gives it the sum of magnitudes "
        "of y; x where there is next to nothing of either",
    ),
    Primitive("total", _S.OVER_ELEMENTS, ("x",), "the sum over all elements"),
    Primitive("dot", _S.OVER_ELEMENTS, ("x", "y"), "the inner product over all elements"),
    Primitive("norm", _S.OVER_ELEMENTS, ("x",), "the root of dot(x, x)"),
)
FUNCTIONS = {primitive.name: primitive for primitive in _LISTED}
"""All functions by their names."""
OPERATORS = ("+", "-", "*", "/", "<", "<=", ">", ">=", "==")
"""Those that stand between their arguments."""
