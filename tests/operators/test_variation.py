import pytest

from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.sorts import sort_of
from evomerge.formulas.space import TENSOR, FormulaSpace
from evomerge.formulas.text import text_of
from evomerge.formulas.tree import nodes, size
from evomerge.operators.chance import Chance
from evomerge.operators.growing import grown
from evomerge.operators.variation import MUTATIONS, crossed, mutated, two_digits

SPACE = FormulaSpace(16, (("l", False), ("w", True)))
TIES = parse_formula("b + l * sum(w * d * keep(d, 0.5))")


def random_tree(number):
    return grown(SPACE, TENSOR, SPACE.words, Chance("tree", number))


@pytest.mark.parametrize("how", [*MUTATIONS, "mutated"])
def test_a_mutation_keeps_sort_and_words(how):
    mutation = MUTATIONS.get(how, mutated)
    changed = 0
    for number in range(150):
        tree = random_tree(number) if number % 2 else TIES
        made = mutation(SPACE, tree, Chance(how, number))
        assert sort_of(made, SPACE.per_model) == TENSOR
        assert SPACE.decode(SPACE.encode(made)) == made
        changed += made != tree
    assert changed > 20


def test_a_crossing_has_parts_of_both_and_keeps_sort_and_words():
    changed = 0
    for number in range(100):
        other = random_tree(number)
        made = crossed(SPACE, TIES, other, Chance("crossed", number))
        assert sort_of(made, SPACE.per_model) == TENSOR
        assert size(made) <= SPACE.words
        assert {*nodes(made)} & ({*nodes(TIES)} | {*nodes(other)})
        changed += made != TIES
    assert changed > 50


def test_nothing_is_crossed_where_nothing_fits():
    b = parse_formula("b")
    assert crossed(SPACE, b, b, Chance(1)) == b


def test_a_number_moves_a_little():
    tree = parse_formula("b * 0.5")
    moved = {text_of(MUTATIONS["moved"](SPACE, tree, Chance(n))) for n in range(50)}
    values = [float(text.removeprefix("b * ")) for text in moved]
    assert len(values) > 10
    assert min(values) >= 0.25
    assert max(values) <= 1.0
    assert two_digits(0.3333) == 0.33


def test_hoisting_makes_it_shorter():
    made = [MUTATIONS["hoisted"](SPACE, TIES, Chance(n)) for n in range(50)]
    assert min(map(size, made)) < size(TIES) == max(map(size, made))
