import numpy as np
import torch

from evomerge.merge.kernels import KINDS
from evomerge.merge.kernels.cpu.addresses import address, addresses, floats, places_of


def test_a_tensor_is_where_its_first_element_is():
    whole = torch.arange(10, dtype=torch.float16)
    part = whole[3:]
    place, kind = address(part)
    assert place == address(whole)[0] + 3 * whole.element_size()
    assert kind == KINDS[torch.float16]
    assert address(None) == (0, 0)


def test_several_tensors_are_arrays_of_places_and_kinds():
    tensors = [torch.zeros(2, dtype=dtype) for dtype in KINDS]
    places, kinds = addresses(tensors)
    assert places.tolist() == [tensor.data_ptr() for tensor in tensors]
    assert kinds.tolist() == [*KINDS.values()]
    marks = torch.ones(3, dtype=torch.bool)
    assert places_of([None, marks]).tolist() == [0, marks.data_ptr()]


def test_numbers_are_rounded_once_and_too_large_ones_infinite():
    made = floats([0.1, 1e39, -1e39])
    assert made.dtype == np.float32
    assert made.tolist() == [np.float32(0.1), np.inf, -np.inf]
