"""What genes are called in figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import shorten

from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.text import text_of
from evomerge.formulas.tree import Applied, Path, Tree, part, paths
from evomerge.recipe import Genome
from evomerge.recipe.formula import FormulaSettings
from evomerge.recipe.formula_words import PLACE
from evomerge.recipe.names import short_names
from evomerge.recipe.source import Place

SHOWN = 40
"""Characters that are shown of what a word of a formula stands in."""


def gene_labels(genome: Genome, best: Sequence[float]) -> list[str]:
    """A short name for each coordinate: the model that it belongs to, and the parameter; of a word
    of a formula its number, and what it is in the best formula.

    Args:
        best: the genome of the best candidate, shape (n,).
    """
    short, words = short_names(genome.recipe.parent_names), dict(_words(genome, best))
    labels = []
    for number, (place, gene) in enumerate(genome.genes):
        owner = genome.owner(number)
        after = place.index("parameters") + 1 if "parameters" in place else 0
        name = words.get(place) or " ".join(map(str, place[after:] if owner else place))
        label = f"{short[owner]} {name}" if owner else name
        labels += [f"{label}[{n}]" if gene.points > 1 else label for n in range(gene.points)]
    return labels if len(set(labels)) == len(labels) else [*genome.names]


def _words(genome: Genome, best: Sequence[float]) -> Iterator[tuple[Place, str]]:
    """The words of the formula that is searched for, by where their genes stand."""
    if genome.words is None:
        return
    method = genome.decode(best).merge_method
    assert isinstance(method, FormulaSettings)
    whole = parse_formula(*method.texts)
    used = [_described(whole, path) for path in paths(whole)]
    for number in range(genome.words.space.words):
        what = used[number] if number < len(used) else "unused"
        yield (*PLACE, number), f"formula word {number + 1} (best: {what})"


def _described(whole: Tree, path: Path) -> str:
    """A word, and the step that it stands in."""
    word, step = part(whole, path), part(whole, path[:-1])
    said = word.function if isinstance(word, Applied) else text_of(word)
    return f"{said} in {shorten(text_of(step), SHOWN, placeholder='…')}"
