import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.tensors.sums import fold


def folded(values):
    """The definition: the second half is added to the first."""
    while len(values) > 1:
        half = (len(values) + 1) // 2
        second = [*values[half:], *[0.0] * (2 * half - len(values))]
        values = [x + y for x, y in zip(values[:half], second, strict=True)]
    return values[0]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40))
def test_the_order_of_adding_is_the_stated_one(values):
    assert float(fold(torch.tensor(values, dtype=torch.float64))) == folded(values)


def test_lines_are_folded_side_by_side():
    x = torch.arange(12.0, dtype=torch.float64).view(4, 3)
    assert fold(x).tolist() == [18.0, 22.0, 26.0]
