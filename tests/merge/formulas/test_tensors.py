import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.formulas import scalars
from evomerge.formulas.language import FUNCTIONS, Signature
from evomerge.merge.formulas import tensors

EXACT = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 4.0])


def named(signature):
    return {name for name, one in FUNCTIONS.items() if one.signature is signature}


def test_every_function_of_tensors_is_there():
    assert named(Signature.ELEMENTWISE) == {*tensors.ELEMENTWISE}
    assert named(Signature.OVER_MODELS) == {*tensors.OVER_MODELS}


@given(st.sampled_from(sorted(tensors.ELEMENTWISE)), st.lists(EXACT, min_size=3, max_size=3))
def test_they_make_of_each_element_what_is_made_of_numbers(function, values):
    values = values[: len(FUNCTIONS[function].arguments)]
    made = tensors.applied(function, [torch.full((2, 1), value) for value in values])
    expected = scalars.applied(function, values)
    assert made.tolist() == [[pytest.approx(expected)]] * 2


@given(st.sampled_from(sorted(tensors.OVER_MODELS)), st.lists(EXACT, min_size=1, max_size=5))
def test_models_are_put_together_as_numbers_are(function, values):
    made = tensors.over_models(function, [torch.full((1, 2), value) for value in values])
    assert made.tolist()[0] == [pytest.approx(scalars.over_models(function, values))] * 2


def test_an_election_by_a_sum_of_0_is_for_plus():
    one, other = tensors.elected([torch.tensor([1.0, -1.0, 0.0]), torch.tensor([-1.0, -2.0, 0.0])])
    assert one.tolist() == [1.0, 1.0, 0.0]
    assert other.tolist() == [0.0, 1.0, 0.0]


def test_ranks_are_those_of_a_row_and_equals_rank_in_their_order():
    x = torch.tensor([[3.0, -1.0, 1.0], [0.0, -5.0, 2.0]])
    assert tensors.ranks(x).tolist() == [[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]]
    assert tensors.ranks(torch.ones(2, 1)).tolist() == [[0.5], [0.5]]


def test_a_number_is_rounded_once_and_may_be_too_large():
    assert tensors.number(0.1, torch.device("cpu")).item() == torch.tensor(0.1).item()
    assert tensors.number(1e300, torch.device("cpu")).isinf()
