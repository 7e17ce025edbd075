import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from evomerge.recipe.values import NARROWEST, Gene, Open, Rule, Setting

SETTING = TypeAdapter(Setting)


@pytest.mark.parametrize(
    "text, value",
    [("3", 3), ("1e-4", 1e-4), ("True", True), ("false", False), ("word", "word"), (True, True)],
)
def test_text_that_is_a_number_or_a_truth_value_is_that(text, value):
    read = SETTING.validate_python(text)
    assert read == value
    assert type(read) is type(value)


def test_a_setting_is_told_from_its_form():
    gene = {"gene": {"low": 0, "high": 1}}
    assert isinstance(SETTING.validate_python(gene), Open)
    assert SETTING.validate_python([0, gene, 1])[1] == Open(gene=Gene(low=0, high=1))
    rules = SETTING.validate_python([{"filter": "mlp", "value": [0, 1]}, 0.5])
    assert rules == (Rule(filter="mlp", value=(0, 1)), 0.5)
    assert SETTING.validate_python({"value": 2}) == Rule(value=2)


def test_a_range_is_wide_enough_for_its_steps():
    low = 1000.0
    assert Gene(low=low, high=low * (1 + 2 * NARROWEST)).high > low
    with pytest.raises(ValidationError, match="too close"):
        Gene(low=low, high=low * (1 + NARROWEST / 2))
    with pytest.raises(ValidationError, match="too far"):
        Gene(low=-1.7e308, high=1.7e308)


@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(-10, 10))
def test_a_start_lies_in_its_range(low, high, start):
    fits = low <= start <= high and high - low > NARROWEST * max(abs(low), abs(high))
    try:
        gene = Gene(low=low, high=high, start=start)
    except ValidationError:
        assert not fits
    else:
        assert fits
        assert math.isclose(gene.start, start)


@pytest.mark.parametrize(
    "gene, problem",
    [
        ({"choice": [1, 1]}, "none of them twice"),
        ({"choice": []}, "one value or more"),
        ({"choice": [1, 2], "start": 3}, "must be one of the choices"),
        ({"choice": [1], "low": 0}, "not both"),
        ({"low": 0, "high": 1, "scale": "log"}, "above 0 on a log scale"),
        ({"low": 0, "high": 1, "start": True}, "must lie between"),
        ({"low": 0, "high": 1, "points": 129}, "less than or equal to 128"),
    ],
)
def test_genes_that_name_nothing_to_search_are_refused(gene, problem):
    with pytest.raises(ValidationError, match=problem):
        Gene.model_validate(gene)


def test_choices_that_print_differently_are_different():
    assert Gene(choice=(1, True, 1.0, "1e0x")).choice == (1, True, 1.0, "1e0x")
