import pytest

from evomerge.formulas.language import FUNCTIONS
from evomerge.formulas.sorts import sort_of
from evomerge.formulas.space import SORTS, FormulaSpace
from evomerge.formulas.tree import functions_in, size
from evomerge.operators.chance import Chance
from evomerge.operators.growing import grown

SPACE = FormulaSpace(20, (("w", True),))


@pytest.mark.parametrize("sort", SORTS, ids=str)
@pytest.mark.parametrize("words", [1, 2, 5, 20])
def test_a_tree_has_its_sort_and_no_more_words(sort, words):
    for number in range(40):
        tree = grown(SPACE, sort, words, Chance("grown", number))
        assert sort_of(tree, SPACE.per_model) == sort
        assert size(tree) <= words


def test_every_function_is_drawn():
    found = set()
    for number in range(2000):
        found |= functions_in(grown(SPACE, SORTS[number % 4], 20, Chance("all", number)))
    assert found == {*FUNCTIONS}


def test_the_same_chance_gives_the_same_tree():
    one, other = (grown(SPACE, SORTS[3], 20, Chance(7)) for _ in range(2))
    assert one == other
