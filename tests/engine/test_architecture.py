"""What an offspring is before it has values."""

from dataclasses import replace

import pytest
import torch

from evomerge.engine.architecture import Architecture, main_dtype
from evomerge.errors import ParentError
from evomerge.weights import Spec, open_parent


def test_it_computes_in_the_type_of_most_of_its_bytes():
    specs = {
        "a": Spec((10,), torch.bfloat16),
        "b": Spec((4,), torch.float32),
        "c": Spec((99,), torch.int64),
    }
    assert main_dtype(specs) is torch.bfloat16
    assert main_dtype({**specs, "d": Spec((2,), torch.float32)}) is torch.float32
    with pytest.raises(ParentError, match="no floating-point"):
        main_dtype({"c": specs["c"]})


def test_its_config_says_the_type_that_it_computes_in():
    parent = open_parent("zoo:base")
    usual = Architecture.of(parent, parent.tensors.specs)
    wide = Architecture.of(parent, parent.tensors.specs, dtype=torch.float64)
    assert usual.dtype is main_dtype(parent.tensors.specs)
    assert (wide.dtype, wide.config["dtype"]) == (torch.float64, "float64")
    assert usual.generation_config == parent.generation_config


def test_architectures_are_equal_where_memory_can_be_shared():
    parent = open_parent("zoo:base")
    one, other = (Architecture.of(parent, {**parent.tensors.specs}) for _ in range(2))
    assert one == other
    name = next(iter(one.specs))
    assert one != replace(one, specs={**one.specs, name: Spec((1,), torch.float32)})
    assert one != replace(one, generation_config={"eos_token_id": 9})
    assert one != replace(one, dtype=torch.float64)
