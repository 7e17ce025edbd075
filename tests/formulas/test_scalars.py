import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.formulas.language import FUNCTIONS, Signature
from evomerge.formulas.scalars import ELEMENTWISE, OVER_MODELS, applied, divided, over_models

OF_NUMBERS = (Signature.ELEMENTWISE, Signature.OF_NUMBERS)


def test_every_function_of_numbers_is_there():
    named = {name for name, one in FUNCTIONS.items() if one.signature in OF_NUMBERS}
    assert named == {*ELEMENTWISE}
    over = {n for n, one in FUNCTIONS.items() if one.signature is Signature.OVER_MODELS}
    assert over == {*OVER_MODELS}


@given(st.sampled_from(sorted(ELEMENTWISE)), st.lists(st.floats(), min_size=3, max_size=3))
def test_no_number_is_an_error(function, numbers):
    count = len(FUNCTIONS[function].arguments)
    assert isinstance(applied(function, numbers[:count]), float)


def test_a_function_is_of_each_model_where_one_argument_is():
    assert applied("*", [(1.0, 2.0), 3.0]) == (3.0, 6.0)
    assert applied("+", [1.0, 2.0]) == 3.0


def test_a_divisor_of_0_counts_as_1():
    assert divided(3.0, 0.0) == 3.0
    assert divided(3.0, 2.0) == 1.5


@pytest.mark.parametrize(
    "function, argument, value",
    [
        ("sqrt", -4.0, 0.0),
        ("sqrt", 9.0, 3.0),
        ("acos", 2.0, 0.0),
        ("exp", 1e9, math.inf),
        ("log", 0.0, -math.inf),
        ("sign", -0.3, -1.0),
        ("sign", 0.0, 0.0),
    ],
)
def test_functions_at_their_edges(function, argument, value):
    assert applied(function, [argument]) == value


@pytest.mark.parametrize(
    "function, value",
    [("sum", 9.0), ("mean", 3.0), ("var", 8 / 3), ("median", 3.0), ("smallest", 1.0),
     ("largest", 5.0)],
)  # fmt: skip
def test_models_are_put_together(function, value):
    assert over_models(function, [5.0, 1.0, 3.0]) == pytest.approx(value)
