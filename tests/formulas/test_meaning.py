import pytest
from hypothesis import given

from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.meaning import ExampleTensors
from evomerge.formulas.tree import functions_in
from tests.formulas.trees import trees

EXAMPLE = ExampleTensors(
    base=[1.0, 2.0, 0.0, -1.0],
    thetas=([2.0, 2.0, -4.0, 0.0], [0.0, 5.0, -1.0, -1.0]),
    numbers={"w": (1.0, 0.5), "p": (0.5, 0.25), "l": 2.0},
    draws=([0.1, 0.6, 0.2, 0.9], [0.3, 0.2, 0.1, 0.0]),
)
"""Deltas are (1, 0, -4, 1) and (-1, 3, -1, 0)."""


@pytest.mark.parametrize(
    "text, value",
    [
        ("b + sum(w * d)", [1.5, 3.5, -4.5, 0.0]),
        ("mean(theta)", [1.0, 3.5, -2.5, -0.5]),
        ("keep(d, p)", ([1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0])),
        ("sift(d, 0.5, 0.25)", ([1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0])),
        ("elect(d)", ([1.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 0.0])),
        ("drawn(p)", ([1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 1.0, 1.0])),
        ("varied(d, 0.5)", [0.0, 1.0, 1.0, 0.0]),
        ("rank(b)", [1 / 3, 1.0, 0.0, 2 / 3]),
        ("norm(b)", 6**0.5),
        ("dot(b, d)", (0.0, 5.0)),
        ("total(d)", (-2.0, 1.0)),
        ("rescaled(b, d)", ([1.5, 3.0, 0.0, -1.5], [1.25, 2.5, 0.0, -1.25])),
        ("largest(d) - smallest(d)", [2.0, 3.0, 3.0, 1.0]),
        ("n * numel", 8.0),
        ("where(d > 0, 1, l)", ([1.0, 2.0, 2.0, 1.0], [2.0, 1.0, 2.0, 2.0])),
        ("prune(d, 1, 0.1)", ([1.0] * 4, [1.0] * 4)),
        ("prune(d, 0, 0.1)", ([0.0] * 4, [0.0] * 4)),
    ],
)
def test_words_mean_what_the_language_says(text, value):
    made = EXAMPLE.value(parse_formula(text))
    assert made == (pytest.approx(value) if isinstance(value, list | float) else value)


def test_the_cosine_is_the_mean_of_all_pairs():
    deltas = ((1, 0, -4, 1), (-1, 3, -1, 0))
    dot = sum(a * b for a, b in zip(*deltas, strict=True))
    sizes = [sum(a * a for a in one) ** 0.5 for one in deltas]
    assert EXAMPLE.value(parse_formula("cosine(d)")) == pytest.approx(dot / (sizes[0] * sizes[1]))


@given(trees())
def test_every_formula_comes_to_a_row(tree):
    try:
        assert len(EXAMPLE.value(tree)) == 4
    except (OverflowError, ValueError):
        assert {"/", "exp", "log", "norm", "cosine", "acos"} & functions_in(tree)


def test_a_share_that_is_no_number_is_an_error():
    with pytest.raises(ValueError, match="a share is not a number"):
        EXAMPLE.value(parse_formula("keep(d, log(-1))"))
