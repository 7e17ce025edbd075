"""Write the first tables of docs/methods.md, algorithms.md, rails.md and formulas.md: what the
registries say.

python -m scripts.docs
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from evomerge.formulas.language import FUNCTIONS, NAMES, OPERATORS, Primitive, Signature
from evomerge.merge.mergekit.export import MERGEKIT
from evomerge.merge.methods import METHODS, Method
from evomerge.rails import Rail
from evomerge.rails.rules import RAILS
from evomerge.search import Kind
from evomerge.search.algorithms import ALGORITHMS

DOCS = Path(__file__).parents[1] / "docs"
OF_METHODS = "method", "what it makes of a tensor", "models", "parameters and defaults", "source"
OF_ALGORITHMS = (
    "algorithm",
    "what it does",
    "settings and defaults",
    "goals beside the fitness",
    "learns from",
    "compares generations",
    "source",
)
OF_NAMES = "name", "what it is"
OF_FUNCTIONS = "function", "of", "what it makes"
TAKEN = {
    Signature.ELEMENTWISE: "numbers and tensors",
    Signature.OF_NUMBERS: "numbers",
    Signature.OVER_MODELS: "what each model has",
    Signature.AMONG_MODELS: "a tensor of each model",
    Signature.OF_MODELS: "a tensor of each model; a number",
    Signature.MASK: "a tensor, and numbers",
    Signature.MASK_OF_MODELS: "a tensor of each model, and one number",
    Signature.CHANCE: "numbers or tensors; a tensor of each model",
    Signature.CHANCE_MASK: "a tensor, and numbers; a tensor of each model",
    Signature.OVER_ELEMENTS: "tensors; a number",
    Signature.OF_TENSORS: "tensors",
}
"""What functions take, and what they come to where that is something else."""

OF_RAILS = "rail", "ends a run where", "settings and defaults"


def tables() -> dict[Path, list[str]]:
    """The tables of each file, in their order."""
    known, ours = [], []
    for method in METHODS.values():
        (known if method.name in MERGEKIT else ours).append(row_of_method(method))
    algorithms = [*map(row_of_algorithm, ALGORITHMS.values())]
    return {
        DOCS / "methods.md": [table(OF_METHODS, known), table(OF_METHODS, ours)],
        DOCS / "algorithms.md": [table(OF_ALGORITHMS, algorithms)],
        DOCS / "rails.md": [table(OF_RAILS, map(row_of_rail, RAILS.values()))],
        DOCS / "formulas.md": [
            table(OF_NAMES, [[f"`{name}`", said] for name, (_, said) in NAMES.items()]),
            table(OF_FUNCTIONS, [row_of_function(one) for one in FUNCTIONS.values()]),
        ],
    }


def written(text: str, made: Iterable[str]) -> str:
    """A text with its first tables made anew, one after the other; what follows stays."""
    rest = iter(made)
    text = re.sub(r"(?:^\|.*\n)+", lambda old: next(rest, old[0]), text, flags=re.MULTILINE)
    assert not [*rest], "the text has fewer tables"
    return text


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Rows of cells in Markdown."""
    head = [*head]
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def row_of_method(method: Method) -> list[str]:
    """What is told of a merge method."""
    fewest, most = method.models
    models = f"{fewest}" if fewest == most else f"{fewest} {f'to {most}' if most else 'or more'}"
    base = {"required": " and a base", "optional": ", a base if you like", "unused": ""}
    parameters = (
        f"`{name}`{' (each model)' if parameter.per_model else ''} {_plain(parameter.default)}"
        for name, parameter in method.parameters.items()
    )
    return [
        f"`{method.name}`",
        method.summary,
        models + base[method.base],
        ", ".join(parameters) or "none",
        _source(method.paper),
    ]


def row_of_algorithm(kind: Kind) -> list[str]:
    """What is told of a search algorithm."""
    settings = (
        f"`{name}` {'' if field.default is None else f'{field.default}, '}{field.description}"
        for name, field in kind.settings.model_fields.items()
    )
    fewest, most = kind.goals
    several = f"{fewest} {'or more' if most is None else f'to {most}'}"
    pace = {"generation": "whole generations", "steady": "each candidate"}[kind.pace]
    return [
        f"`{kind.name}`",
        kind.summary,
        "; ".join(settings) or "none",
        f"{fewest}" if fewest == most else several,
        (pace + (", item by item" if kind.all_items else "")) if kind.learns else "nothing",
        "yes" if kind.across_generations else "no",
        _source(kind.paper),
    ]


def row_of_rail(rail: Rail) -> list[str]:
    """What is told of a rail."""
    settings = (
        f"`{name}` {'' if field.default is None else f'{field.default:g}, '}{field.description}"
        for name, field in rail.settings.model_fields.items()
    )
    return [f"`{rail.name}`", rail.summary, "; ".join(settings)]


def row_of_function(primitive: Primitive) -> list[str]:
    """What is told of a function of the language of formulas."""
    name, arguments = primitive.name, primitive.arguments
    if name in OPERATORS:
        written = f"x {name} y"
    else:
        written = f"{name}({', '.join(arguments)})" if name != "neg" else "-x"
    return [f"`{written}`", TAKEN[primitive.signature], primitive.summary or "so"]


def _plain(default: float | bool) -> str:
    return f"{default}".lower() if isinstance(default, bool) else f"{default:g}"


def _source(paper: str) -> str:
    return f"[{paper}](https://arxiv.org/abs/{paper})" if paper[0].isdigit() else paper


if __name__ == "__main__":
    for file, made in tables().items():
        file.write_text(written(file.read_text(encoding="utf-8"), made), encoding="utf-8")
