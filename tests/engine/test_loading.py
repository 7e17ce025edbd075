"""A parent that is loaded is that parent, tensor by tensor."""

import pytest
import torch

from evomerge.cores import Cores
from evomerge.engine.loading import load
from evomerge.engine.transformers.engine import TransformersEngine
from evomerge.errors import ParentError
from evomerge.weights import open_parent


@pytest.fixture
def engine():
    return TransformersEngine(None, Cores(1), torch.device("cpu"))


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_every_tensor_is_written_as_it_is(engine, make_model, threads, dtype):
    for seed in (0, 1):
        parent = open_parent(make_model(f"m{seed}", seed=seed, dtype=dtype))
        with Cores(threads) as cores:
            load(engine, parent, cores)
        state = engine.live.model.state_dict()
        assert engine.live.model.dtype == dtype
        for name in parent.tensors.specs:
            assert torch.equal(state[name], parent.tensors.tensor(name)), name


def test_it_computes_in_the_type_that_is_asked_for(engine, make_model):
    parent = open_parent(make_model("m", dtype=torch.bfloat16))
    load(engine, parent, Cores(1), torch.float32)
    state = engine.live.model.state_dict()
    for name in parent.tensors.specs:
        assert state[name].dtype == torch.float32
        assert torch.equal(state[name], parent.tensors.tensor(name).float())


def test_what_is_loaded_answers(engine, make_model):
    load(engine, open_parent(make_model("m")), Cores(1))
    assert engine.answer([]).items == []  # every tensor counts as written


def test_a_parent_that_the_engine_does_not_know_is_told(engine, make_model):
    with pytest.raises(ParentError, match="m: not a language model that transformers knows"):
        load(engine, open_parent(make_model("m", model_type="nobody")), Cores(1))
