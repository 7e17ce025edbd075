import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.formulas.error import FormulaError
from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.sorts import sort_of
from evomerge.formulas.space import TENSOR, FormulaSpace
from evomerge.formulas.text import text_of
from evomerge.formulas.tree import size
from evomerge.recipe.coordinate import GRID

SPACE = FormulaSpace(16, (("l", False), ("w", True)))
COORDINATES = st.floats(0, 1)


@given(st.lists(COORDINATES, min_size=16, max_size=16))
def test_every_vector_is_a_formula_and_every_formula_a_vector(vector):
    tree = SPACE.decode(vector)
    assert sort_of(tree, SPACE.per_model) == TENSOR
    assert size(tree) <= 16
    # As genes have them: on a grid.
    snapped = [round(x * GRID) / GRID for x in SPACE.encode(tree)]
    assert SPACE.decode(snapped) == tree


@given(st.lists(COORDINATES, min_size=16, max_size=16), COORDINATES)
def test_what_a_formula_does_not_need_of_a_vector_has_no_effect(vector, other):
    tree = SPACE.decode(vector)
    rest = 16 - size(tree)
    assert SPACE.decode([*vector[: size(tree)], *[other] * rest]) == tree


@pytest.mark.parametrize("text", ["b", "b + sum(w * d)", "b + 0.37 * mean(d) * l", "mean(theta)"])
def test_a_formula_is_written_and_read(text):
    assert text_of(SPACE.decode(SPACE.encode(parse_formula(text)))) == text


@pytest.mark.parametrize("words", [3, 4, 48])
def test_any_number_of_words_is_enough_for_some_formula(words):
    space = FormulaSpace(words)
    for x in (0.0, 0.3, 0.9999, 1.0):
        assert size(space.decode([x] * words)) <= words


@pytest.mark.parametrize(
    "text, said",
    [
        ("b + sum(d * d * d * d * d * d * d * d * d)", "has 20 words, and 16 are the most"),
        ("d", "does not come to one tensor"),
        ("b * 0.123", "0.123 is no number of a formula that is searched for"),
        ("b * 0", "0 is no number of a formula"),
        ("b * 1e7", "two digits, and lie between 1e-6 and 1e3"),
        ("b * p", "p is no name of the language"),
    ],
)
def test_what_it_does_not_hold_is_told(text, said):
    with pytest.raises(FormulaError, match=said):
        SPACE.encode(parse_formula(text))


def test_numbers_of_each_model_are_had_without_names():
    assert FormulaSpace(8).fewest(sort_of(parse_formula("norm(d)"), {})) == 2
    assert SPACE.fewest(sort_of(parse_formula("norm(d)"), {})) == 1
