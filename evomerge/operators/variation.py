"""Formulas crossed and mutated: parts exchanged for others of their sort, within the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from evomerge.formulas.language import Sort
from evomerge.formulas.sorts import sort_of
from evomerge.formulas.space import FormulaSpace, Way
from evomerge.formulas.tree import (
    Applied,
    Constant,
    Symbol,
    Tree,
    part,
    paths,
    replaced,
    size,
)
from evomerge.operators.chance import Chance
from evomerge.operators.growing import grown

TRIES = 8
"""Pairs of parts that a crossing looks at before it gives the first parent back."""
NEW_WORDS = 7
"""Most words of a part that a mutation draws anew."""
STEP = 2.0
"""Most that a mutation multiplies a number by, or divides it."""


def crossed(space: FormulaSpace, a: Tree, b: Tree, chance: Chance) -> Tree:
    """A with a part of b in the place of one of its own, of the same sort."""
    ours, theirs = [*paths(a)], [*paths(b)]
    for _ in range(TRIES):
        path, taken = chance.pick(ours), part(b, chance.pick(theirs))
        if _sort(space, taken) == _sort(space, part(a, path)):
            made = replaced(a, path, taken)
            if size(made) <= space.words and made != a:
                return made
    return a


def mutated(space: FormulaSpace, tree: Tree, chance: Chance) -> Tree:
    """A tree changed in one place; the same where the change that is drawn cannot be had."""
    return MUTATIONS[chance.pick(sorted(MUTATIONS))](space, tree, chance)


def _sort(space: FormulaSpace, tree: Tree) -> Sort:
    return sort_of(tree, space.per_model)


def _renewed(space: FormulaSpace, tree: Tree, chance: Chance) -> Tree:
    """A part is drawn anew."""
    path = chance.pick([*paths(tree)])
    old = part(tree, path)
    room = space.words - size(tree) + size(old)
    return replaced(tree, path, grown(space, _sort(space, old), min(room, NEW_WORDS), chance))


def _exchanged(space: FormulaSpace, tree: Tree, chance: Chance) -> Tree:
    """A function is another one of the same arguments, or a name another one."""
    path = chance.pick([*paths(tree)])
    old = part(tree, path)
    if isinstance(old, Constant):
        return _moved(space, tree, chance)
    arguments = old.arguments if isinstance(old, Applied) else ()
    sorts = tuple(_sort(space, each) for each in arguments)
    ways = space.ways(_sort(space, old), space.words)
    others = [way for way in ways if way.arguments == sorts and way.word]
    return replaced(tree, path, _made(chance.pick(others), arguments))


def _made(way: Way, arguments: tuple[Tree, ...]) -> Tree:
    return Applied(way.word, arguments) if arguments else Symbol(way.word)


def _moved(space: FormulaSpace, tree: Tree, chance: Chance) -> Tree:
    """A number is a little larger or smaller."""
    numbers = [path for path in paths(tree) if isinstance(part(tree, path), Constant)]
    if not numbers:
        return tree
    path = chance.pick(numbers)
    old = part(tree, path)
    assert isinstance(old, Constant)
    return replaced(tree, path, Constant(two_digits(old.value * STEP ** (2 * chance.share() - 1))))


def two_digits(value: float) -> float:
    """A number as a searched formula has it."""
    return float(f"{min(max(value, 1e-5), 100.0):.1e}")


def _hoisted(space: FormulaSpace, tree: Tree, chance: Chance) -> Tree:
    """A part gives way to one inside of it, of its sort: the formula gets shorter."""
    path = chance.pick([*paths(tree)])
    whole = part(tree, path)
    inside = [p for p in paths(whole) if p and _sort(space, part(whole, p)) == _sort(space, whole)]
    return replaced(tree, path, part(whole, chance.pick(inside))) if inside else tree


def _wrapped(space: FormulaSpace, tree: Tree, chance: Chance) -> Tree:
    """A part becomes an argument of a function that is put in its place."""
    path = chance.pick([*paths(tree)])
    old = part(tree, path)
    sort, room = _sort(space, old), space.words - size(tree) + size(old)
    ways = [w for w in space.ways(sort, space.words) if sort in w.arguments]
    way = chance.pick(ways)
    place = way.arguments.index(sort)
    left = room - 1 - size(old)
    arguments = list[Tree]()
    for number, wanted in enumerate(way.arguments):
        if number == place:
            arguments.append(old)
            continue
        after = sum(
            space.fewest(s) for n, s in enumerate(way.arguments) if n > number and n != place
        )
        if left - after < space.fewest(wanted):
            return tree
        arguments.append(grown(space, wanted, min(left - after, 3), chance))
        left -= size(arguments[-1])
    return replaced(tree, path, Applied(way.word, tuple(arguments))) if left >= 0 else tree


MUTATIONS: Mapping[str, Callable[[FormulaSpace, Tree, Chance], Tree]] = {
    "renewed": _renewed,
    "exchanged": _exchanged,
    "moved": _moved,
    "hoisted": _hoisted,
    "wrapped": _wrapped,
}
