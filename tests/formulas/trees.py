"""Random formulas of every sort, as hypothesis draws them."""

from __future__ import annotations

from hypothesis import strategies as st

from evomerge.formulas.language import FUNCTIONS, NAMES, Signature, Sort
from evomerge.formulas.tree import Applied, Constant, Symbol

PER_MODEL = {"w": True, "p": True, "l": False}
NUMBER, TENSOR = Sort(), Sort(tensor=True)
NUMBERS, TENSORS = Sort(per_model=True), Sort(per_model=True, tensor=True)
_S = Signature
CONSTANTS = st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0, 3.0])


def taking(sort):
    """Each way to come to a sort: signatures with the sorts of their arguments."""
    yield _S.ELEMENTWISE, sort, sort
    if not sort.tensor:
        yield _S.OF_NUMBERS, sort, sort
        yield _S.OVER_ELEMENTS, Sort(sort.per_model, True), Sort(sort.per_model, True)
    if not sort.per_model:
        yield _S.OVER_MODELS, Sort(True, sort.tensor), None
    if sort == NUMBER:
        yield _S.OF_MODELS, TENSORS, None
    if sort.tensor:
        yield _S.MASK, sort, Sort(sort.per_model)
        yield _S.OF_TENSORS, sort, sort
    if sort == TENSOR:
        yield _S.MASK_OF_MODELS, TENSORS, NUMBER
    if sort == TENSORS:
        yield _S.AMONG_MODELS, TENSORS, None
        yield _S.CHANCE, NUMBERS, None
        yield _S.CHANCE_MASK, TENSORS, NUMBERS


def leaves(sort):
    """Numbers and names of a sort; a number of all models is one of each, too."""
    named = {
        **{name: s for name, (s, _) in NAMES.items()},
        **{name: Sort(own) for name, own in PER_MODEL.items()},
    }
    fitting = [Symbol(name) for name, own in named.items() if own == sort]
    made = st.sampled_from(fitting)
    return st.one_of(CONSTANTS.map(Constant), made) if sort == NUMBER else made


@st.composite
def trees(draw, sort=TENSOR, depth=4, without=()):
    """A formula of a sort."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(leaves(sort))
    ways = [
        (name, first, rest)
        for signature, first, rest in taking(sort)
        for name, one in FUNCTIONS.items()
        if one.signature is signature and name not in without
    ]
    name, first, rest = draw(st.sampled_from(ways))
    count = len(FUNCTIONS[name].arguments)
    sorts = [first, *[rest] * (count - 1)]
    return Applied(name, tuple(draw(trees(s, depth - 1, without)) for s in sorts))
