import pytest
from hypothesis import given

from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.text import text_of
from tests.formulas.trees import trees


@given(trees(depth=5))
def test_what_is_written_is_read_as_the_same(tree):
    assert parse_formula(text_of(tree)) == tree


@pytest.mark.parametrize(
    "text",
    [
        "b + sum(w * d * keep(d, p))",
        "b - (b - 1) - 1e-06 * b",
        "(1 < 2) <= b",
        "-(b + 2) * -b / (b * b)",
        "b / (w / w)",
        "where(b > 0, 0.5, 2)",
    ],
)
def test_there_are_no_more_brackets_than_it_needs(text):
    assert text_of(parse_formula(text)) == text
