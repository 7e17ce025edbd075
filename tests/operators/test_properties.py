import pytest

from evomerge.formulas.grammar import parse_formula
from evomerge.operators.properties import properties_of

GIVEN = {"w": (1.0, True), "l": (1.0, False)}


def of(text):
    return properties_of(parse_formula(text), GIVEN)


@pytest.mark.parametrize(
    "text", ["b + sum(w * d)", "mean(theta)", "b + median(d)", "b + mean(d) * cosine(d)"]
)
def test_a_merge_is_sound_and_of_one_model_that_model(text):
    found = of(text)
    assert found.sound
    assert found.itself
    assert found.scales


@pytest.mark.parametrize("text", ["b + 2 * sum(d)", "b + sum(d * keep(d, 0.5))", "b + var(theta)"])
def test_one_model_may_be_another(text):
    assert of(text).sound
    assert not of(text).itself


@pytest.mark.parametrize("text", ["b", "b * norm(b)", "b + 0 * sum(d)"])
def test_what_reads_no_model_is_no_merge(text):
    assert not of(text).reads_models
    assert not of(text).sound


@pytest.mark.parametrize(
    "text",
    ["b * exp(1000)", "b + sum(d) * log(0)", "b * 1e300 * 1e300", "b + sum(keep(d, log(-1)))"],
)
def test_what_is_not_finite_is_no_merge(text):
    assert not of(text).finite
    assert not of(text).sound


def test_what_is_compared_with_a_number_does_not_scale():
    assert not of("b + sum(d * (abs(d) > 0.1))").scales
    assert of("b + sum(d * (abs(d) > norm(b)))").scales


def test_the_order_of_models_never_decides():
    """The language has no model by its number."""
    assert not of("b + largest(d * drawn(0.5))").ordered
