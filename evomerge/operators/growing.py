"""Formulas drawn at random: a tree of a sort, within a number of words."""

from __future__ import annotations

from evomerge.formulas.language import Sort
from evomerge.formulas.space import FormulaSpace
from evomerge.formulas.tree import Applied, Constant, Symbol, Tree, size
from evomerge.operators.chance import Chance

LEAF = 0.35
"""How often a part is a name or a number where it could be a function as well."""
NUMBERS = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Numbers that are drawn; a mutation moves them from there."""


def grown(space: FormulaSpace, sort: Sort, words: int, chance: Chance) -> Tree:
    """A tree of a sort, of at most so many words; functions are equally likely."""
    ways = space.ways(sort, words)
    leaves = [way for way in ways if not way.is_function]
    functions = sorted({way.word for way in ways if way.is_function})
    if leaves and (not functions or chance.share() < LEAF):
        word = chance.pick(leaves).word
        return Symbol(word) if word else Constant(chance.pick(NUMBERS))
    function = chance.pick(functions)
    way = chance.pick([way for way in ways if way.is_function and way.word == function])
    arguments, left = list[Tree](), words - 1
    for place, wanted in enumerate(way.arguments):
        after = sum(map(space.fewest, way.arguments[place + 1 :]))
        # Arguments share the words, so that the first does not take them all.
        most = min(left - after, max(space.fewest(wanted), left // (len(way.arguments) - place)))
        arguments.append(grown(space, wanted, most, chance))
        left -= size(arguments[-1])
    return Applied(way.word, tuple(arguments))
