import pytest
from hypothesis import given

from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.meaning import ExampleTensors
from evomerge.formulas.text import text_of
from evomerge.operators.canonical import canonical
from tests.formulas.trees import trees


@pytest.mark.parametrize(
    "texts",
    [
        ("b + sum(w * d)", "sum(d * w) + b", "b + sum(1 * w * d)", "b + sum(w / 1 * d) - 0"),
        ("b * (w * d)", "d * b * w"),
        ("max(b, theta)", "max(theta, b)"),
        ("b > d", "d < b"),
        ("b >= d", "d <= b"),
        ("--b", "b", "0 + b"),
    ],
)
def test_formulas_that_come_to_the_same_have_one_form(texts):
    assert len({text_of(canonical(parse_formula(text))) for text in texts}) == 1


@pytest.mark.parametrize("texts", [("b - d", "d - b"), ("b / d", "d / b"), ("keep(b, 1)", "b")])
def test_others_have_others(texts):
    assert len({text_of(canonical(parse_formula(text))) for text in texts}) == 2


EXAMPLE = ExampleTensors(
    [1.0, -2.0, 0.5], ([1.0, 2.0, 4.0], [0.0, -1.0, 3.0]),
    {"w": (1.0, 0.5), "p": (0.5, 0.25), "l": 2.0}, ([0.1, 0.2, 0.9], [0.3, 0.4, 0.5]),
)  # fmt: skip


@given(trees(depth=3))
def test_the_form_of_a_form_is_that_form_and_means_the_same(tree):
    form = canonical(tree)
    assert canonical(form) == form
    try:
        ours, theirs = EXAMPLE.value(form), EXAMPLE.value(tree)
    except (OverflowError, ValueError):
        return
    close = [abs(a - b) <= 1e-6 * max(1.0, abs(a)) or a != a or b != b
             for a, b in zip(ours, theirs, strict=True)]  # fmt: skip
    assert all(close) or {"keep", "sift", "varied", "rank", "prune"} & {
        *text_of(tree).replace("(", " ").split()
    }
