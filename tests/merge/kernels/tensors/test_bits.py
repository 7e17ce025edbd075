import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.tensors.bits import mark, unmarked

CPU = torch.device("cpu")


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.data())
def test_bits_are_those_of_the_elements_in_any_parts(every, data):
    bits = unmarked(len(every), CPU)
    assert not bits.any()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(every)), max_size=3)))
    for begin, end in zip([0, *cuts], [*cuts, len(every)], strict=True):
        if end > begin:
            mark(bits, begin, torch.tensor(every[begin:end]))
    np.testing.assert_array_equal(bits.numpy(), np.packbits(every, bitorder="little"))
