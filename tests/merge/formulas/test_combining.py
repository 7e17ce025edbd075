import pytest

from evomerge.merge.formulas.combining import combined
from tests.merge.formulas.spelling import drawn, evaluation

NUMBERS = {"w": (0.5, 0.25), "l": 2.0}


def coefficients(text):
    *thetas, base = drawn(3, (3, 4))
    found = combined(evaluation(text, thetas, base, **NUMBERS))
    return found and ([*found.coefficients], found.at_base)


@pytest.mark.parametrize(
    "text, of_models, of_base",
    [
        ("sum(w * theta)", [0.5, 0.25], 0.0),
        ("l * sum(w * theta) / sum(w)", [0.5 * 2.0 / 0.75, 0.25 * 2.0 / 0.75], 0.0),
        ("mean(theta)", [0.5, 0.5], 0.0),
        ("b - mean(w * d)", [-0.25, -0.125], 1.375),
        ("0.5 * b + sum(theta - w * b)", [1.0, 1.0], -0.25),
        ("sum(-theta) - -b", [-1.0, -1.0], 1.0),
        ("sum(d) + sum(w * d)", [1.5, 1.25], -2.75),
    ],
)
def test_models_and_base_count_for_numbers(text, of_models, of_base):
    assert coefficients(text) == (of_models, of_base)


@pytest.mark.parametrize(
    "text",
    ["b", "b + sum(abs(d))", "b * b + sum(d)", "sum(theta) / b", "largest(theta)", "b + 1",
     "sum(theta * keep(theta, 0.5))", "b + sum(w)"],
)  # fmt: skip
def test_other_formulas_are_no_combinations(text):
    assert coefficients(text) is None
