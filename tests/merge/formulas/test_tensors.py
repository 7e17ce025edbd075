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


SPECIAL = st.sampled_from([0.0, -0.0, 1.0, -1.0, 1e-45, float("inf"), float("nan")])
TENSORS = st.integers(1, 15).flatmap(
    lambda models: st.lists(
        st.lists(SPECIAL, min_size=6, max_size=6), min_size=models, max_size=models
    )
)


@given(TENSORS)
def test_a_median_has_the_bits_that_a_stable_sort_gives(rows):
    """Which of 0 and -0 comes first is decided by the models' order."""
    values = [torch.tensor([row]) for row in rows]
    ordered, half = torch.stack(values).sort(dim=0, stable=True).values, len(rows) // 2
    middle = ordered[half : half + 1] if len(rows) % 2 else ordered[half - 1 : half + 1]
    sorted_ = middle[0] if len(rows) % 2 else (middle[0] + middle[1]) / 2
    made = tensors.over_models("median", values)
    assert torch.equal(made.isnan(), sorted_.isnan())
    numbers = ~made.isnan()
    assert torch.equal(made[numbers].view(torch.int32), sorted_[numbers].view(torch.int32))


@given(st.lists(SPECIAL, min_size=12, max_size=12))
def test_of_two_the_smaller_the_larger_and_a_choice_have_the_bits_of_one_of_them(values):
    x, y = torch.tensor(values).view(2, 6)
    expected = {
        "min": torch.where((y < x) | y.isnan(), y, x),
        "max": torch.where((y > x) | y.isnan(), y, x),
        "where": torch.where(y != 0, x, y),
    }
    made = {name: tensors.applied(name, [x, y]) for name in ("min", "max")}
    made["where"] = tensors.applied("where", [y, x, y])
    for name, those in made.items():
        assert torch.equal(those.view(torch.int32), expected[name].view(torch.int32))


@given(TENSORS)
def test_elected_are_those_of_the_sums_sign(rows):
    values = [torch.tensor([row]) for row in rows]
    total = sum(values[1:], values[0])
    for x, made in zip(values, tensors.elected(values), strict=True):
        assert torch.equal(made, torch.where(total >= 0, x > 0, x < 0).float())


def test_ranks_are_those_of_a_row_and_equals_rank_in_their_order():
    x = torch.tensor([[3.0, -1.0, 1.0], [0.0, -5.0, 2.0]])
    assert tensors.ranks(x).tolist() == [[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]]
    assert tensors.ranks(torch.ones(2, 1)).tolist() == [[0.5], [0.5]]


def test_a_number_is_rounded_once_and_may_be_too_large():
    assert tensors.number(0.1, torch.device("cpu")).item() == torch.tensor(0.1).item()
    assert tensors.number(1e300, torch.device("cpu")).isinf()
