import hashlib

import numpy as np
import pytest
import torch
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from evomerge.errors import ParentError
from evomerge.weights.digests import HASHED_AT_ONCE, Digested
from evomerge.weights.tensors import Spec

BITS = {
    torch.bfloat16: np.uint16,
    torch.float16: np.uint16,
    torch.float32: np.uint32,
    torch.float64: np.uint64,
}


class Held(Digested):
    """Tensors at hand."""

    def __init__(self, **tensors):
        self.tensors = tensors

    @property
    def specs(self):
        return {n: Spec(tuple(t.shape), t.dtype) for n, t in sorted(self.tensors.items())}

    def tensor(self, name):
        return self.tensors[name]


def test_the_hash_is_sha256_over_names_types_shapes_and_hashes_in_name_order():
    held = Held(b=torch.arange(6.0).reshape(2, 3), a=torch.tensor(3))
    digests = {n: blake3(t.numpy().tobytes()).hexdigest() for n, t in held.tensors.items()}
    assert {n: held.digest(n) for n in "ab"} == digests
    text = f"a\0int64\0[]\0{digests['a']}\nb\0float32\0[2, 3]\0{digests['b']}\n"
    assert held.content_hash == hashlib.sha256(text.encode()).hexdigest()


def test_the_same_bytes_of_another_type_or_shape_are_another_model():
    of = torch.zeros(4, 4, dtype=torch.bfloat16)
    others = [of, of.half(), of.view(2, 8)]
    assert len({Held(x=other).content_hash for other in others}) == 3


def test_large_and_transposed_tensors_are_hashed_as_what_they_hold():
    large = torch.arange(HASHED_AT_ONCE).reshape(1024, -1)
    held = Held(a=large, b=large.T, c=large.T.contiguous())
    assert held.digest("a") == blake3(large.numpy().tobytes()).hexdigest()
    assert held.digest("b") == held.digest("c") != held.digest("a")


@pytest.mark.parametrize("dtype", BITS)
@given(data=st.data())
def test_what_is_not_finite_is_refused_whatever_its_bits(dtype, data):
    bits = data.draw(arrays.arrays(BITS[dtype], (2, 3)))
    tensor = torch.from_numpy(bits).view(dtype)
    if tensor.isfinite().all():
        assert Held(x=tensor).digest("x") == blake3(bits.tobytes()).hexdigest()
    else:
        with pytest.raises(ParentError, match="x has values that are not finite"):
            Held(x=tensor).digest("x")


@pytest.mark.parametrize("dtype", BITS)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_one_value_that_is_not_finite_is_found_anywhere(dtype, value):
    largest = torch.finfo(dtype).max
    tensor = torch.full((HASHED_AT_ONCE,), largest, dtype=dtype)
    Held(x=tensor).digest("x")
    tensor[-1] = value
    with pytest.raises(ParentError, match="not finite"):
        Held(x=tensor).digest("x")


def test_integers_and_empty_tensors_have_a_hash():
    held = Held(i=torch.tensor([-1, 2**62]), none=torch.zeros(0, 3), scalar=torch.tensor(1.5))
    assert len({held.digest(name) for name in held.specs}) == 3
