import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.making.filling import Computing, Copying, Scaling, terms
from evomerge.merge.methods.formula import Combination, Elementwise, TaskVectors, Whole
from evomerge.merge.methods.inputs import Inputs

THETAS = [torch.arange(12.0).view(4, 3), torch.ones(4, 3)]
BASE = torch.full((4, 3), 0.5)
NUMBERED = torch.arange(4.0)[:, None]
FORMULAS = {
    "combination": (Combination([2.0, 1.0], -1.0), 2 * THETAS[0] + THETAS[1] - BASE),
    "task vectors": (
        TaskVectors([1.0, 2.0], [1.0, 1.0], [None, None], 0.5),
        0.5 * (THETAS[0] - BASE + 2 * (THETAS[1] - BASE)) + BASE,
    ),
    "elementwise": (
        Elementwise(
            lambda thetas, base, first: thetas[0] + first + torch.arange(len(base))[:, None]
        ),
        THETAS[0] + NUMBERED,
    ),
    "whole": (Whole(THETAS[0] * 3), THETAS[0] * 3),
}


@given(st.sampled_from([*FORMULAS]), st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_parts_of_any_number_of_rows_are_the_whole(name, rows, data):
    formula, expected = FORMULAS[name]
    dtype = data.draw(st.sampled_from([torch.float32, torch.bfloat16, torch.float64]))
    making, out = Computing(Inputs(THETAS, BASE), formula), torch.empty(12, dtype=dtype)
    begin = 0
    for count in [*rows, 4]:
        end = min(12, begin + 3 * count)
        assert making.fill(out[begin:end])
        begin = end
    assert torch.equal(out.view(4, 3), expected.to(dtype))


@pytest.mark.parametrize("name", FORMULAS)
def test_what_is_not_finite_is_told(name):
    broken = [THETAS[0].clone(), THETAS[1]]
    broken[0][3, 2] = torch.nan
    formula = Whole(broken[0]) if name == "whole" else FORMULAS[name][0]
    making, out = Computing(Inputs(broken, BASE), formula), torch.empty(12)
    assert making.fill(out[:9])
    assert not making.fill(out[9:])


def test_a_copy_goes_on_where_it_was():
    copying, out = Copying(THETAS[0]), torch.empty(12, dtype=torch.bfloat16)
    assert copying.fill(out[:3])
    assert copying.fill(out[3:])
    assert torch.equal(out.float().view(4, 3), THETAS[0])


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_what_is_scaled_is_made_and_multiplied_in_its_own_type(dtype):
    formula, expected = FORMULAS["combination"]
    whole, parts = (torch.empty(12, dtype=dtype) for _ in range(2))
    assert Scaling(Computing(Inputs(THETAS, BASE), formula), 0.3).fill(whole)
    scaling = Scaling(Computing(Inputs(THETAS, BASE), formula), 0.3)
    assert scaling.fill(parts[:3])
    assert scaling.fill(parts[3:])
    assert torch.equal(whole, parts)
    assert torch.equal(whole.view(4, 3), expected.to(dtype) * 0.3)
    assert not Scaling(Copying(THETAS[0]), 1e300).fill(whole)


def test_a_base_that_does_not_count_is_not_read():
    inputs = Inputs(THETAS, BASE)
    assert [*map(len, terms(inputs, Combination([1.0, 1.0])))] == [2, 2]
    tensors, weights = terms(inputs, Combination([1.0, 1.0], 0.25))
    assert tensors[-1] is inputs.base
    assert weights == [1.0, 1.0, 0.25]
