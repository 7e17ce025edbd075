"""What each part of a formula comes to, and whether the whole comes to one tensor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evomerge.formulas.error import FormulaError
from evomerge.formulas.language import FUNCTIONS, NAMES, Signature, Sort
from evomerge.formulas.text import text_of
from evomerge.formulas.tree import Applied, Constant, Symbol, Tree

NUMBER = Sort()
SHOWN = 60
"""Characters of a part of a formula, in an error."""
_S = Signature


def sort_of(tree: Tree, per_model: Mapping[str, bool]) -> Sort:
    """What a formula comes to.

    Args:
        per_model: of each parameter by its name, whether each model has its own.

    Raises:
        FormulaError: a function cannot take what stands in its brackets, or a name is unknown.
    """
    match tree:
        case Constant():
            return NUMBER
        case Symbol(name=name) if name in NAMES:
            return NAMES[name][0]
        case Symbol(name=name):
            if name not in per_model:
                raise FormulaError(f"{name} is no name of the language, and no parameter")
            return Sort(per_model=per_model[name])
        case Applied():
            return _applied(tree, [sort_of(each, per_model) for each in tree.arguments])


def sort_made(function: str, sorts: Sequence[Sort]) -> Sort | None:
    """What a function of such arguments comes to; None where it cannot take them."""
    try:
        return _applied(Applied(function, (Constant(1.0),) * len(sorts)), sorts)
    except FormulaError:
        return None


def check_whole(tree: Tree, per_model: Mapping[str, bool]) -> None:
    """Check that a formula comes to one tensor.

    Raises:
        FormulaError: it does not; or as :func:`sort_of`.
    """
    whole = sort_of(tree, per_model)
    if whole != Sort(tensor=True):
        hint = "; sum(...) adds up those of the models" if whole.per_model else ""
        raise FormulaError(f"comes to {whole}, not to one tensor{hint}")


def parameters_in(tree: Tree, over_models: bool = False) -> dict[str, bool]:
    """The parameters of a formula, in the order of their first places.

    Returns:
        Of each, whether it can differ from model to model: where it stands only in functions that
        make one of all models.
    """
    found: dict[str, bool] = {}
    if isinstance(tree, Symbol):
        return {} if tree.name in NAMES else {tree.name: over_models}
    if isinstance(tree, Applied):
        inside = over_models or FUNCTIONS[tree.function].signature in _OVER
        for number, argument in enumerate(tree.arguments):
            # The share of places is one for all models, wherever it stands.
            of_all = number > 0 and FUNCTIONS[tree.function].signature is _S.MASK_OF_MODELS
            for name, own in parameters_in(argument, inside and not of_all).items():
                found[name] = found.get(name, True) and own
    return found


_OVER = (_S.OVER_MODELS, _S.OF_MODELS, _S.MASK_OF_MODELS)
_NEEDS_MODELS = (*_OVER, _S.AMONG_MODELS)
_NEEDS_TENSOR = (
    _S.AMONG_MODELS,
    _S.OF_MODELS,
    _S.MASK,
    _S.MASK_OF_MODELS,
    _S.CHANCE_MASK,
    _S.OVER_ELEMENTS,
    _S.OF_TENSORS,
)
_SEVERAL_TENSORS = (_S.OVER_ELEMENTS, _S.OF_TENSORS)


def _applied(tree: Applied, sorts: Sequence[Sort]) -> Sort:
    signature = FUNCTIONS[tree.function].signature
    _check(tree, sorts, signature)
    several = any(sort.per_model for sort in sorts)
    match signature:
        case _S.ELEMENTWISE:
            return Sort(several, any(sort.tensor for sort in sorts))
        case _S.OVER_MODELS:
            return Sort(False, sorts[0].tensor)
        case _S.OF_MODELS:
            return NUMBER
        case _S.MASK_OF_MODELS:
            return Sort(False, True)
        case _S.CHANCE | _S.CHANCE_MASK | _S.AMONG_MODELS:
            return Sort(True, True)
        case _S.OF_NUMBERS | _S.OVER_ELEMENTS:
            return Sort(several, False)
        case _S.MASK | _S.OF_TENSORS:
            return Sort(several, True)


def _check(tree: Applied, sorts: Sequence[Sort], signature: Signature) -> None:
    for number, sort in enumerate(sorts):
        first = number == 0
        tensor = signature in _NEEDS_TENSOR and (first or signature in _SEVERAL_TENSORS)
        if tensor and not sort.tensor:
            raise _wrong(tree, number, sort, "takes a tensor")
        if signature in _NEEDS_MODELS and first and not sort.per_model:
            raise _wrong(tree, number, sort, "takes what each model has its own of")
        if signature is _S.MASK_OF_MODELS and not first and sort.per_model:
            raise _wrong(tree, number, sort, "takes one number")
        anything = signature in (_S.ELEMENTWISE, _S.CHANCE, *_OVER, _S.AMONG_MODELS)
        if not tensor and sort.tensor and not (anything and (first or signature is _S.ELEMENTWISE)):
            raise _wrong(tree, number, sort, "takes a number")


def _wrong(tree: Applied, number: int, sort: Sort, takes: str) -> FormulaError:
    called = FUNCTIONS[tree.function].name
    part = text_of(tree.arguments[number])
    shown = part if len(part) <= SHOWN else part[: SHOWN - 3] + "..."
    return FormulaError(f"{called} {takes} there, and `{shown}` is {sort}")
