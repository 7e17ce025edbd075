from dataclasses import replace

import pytest
import torch

from evomerge.cores import Cores
from evomerge.errors import Stopped
from evomerge.training import learning
from evomerge.training.batches import Batches
from evomerge.training.learning import inputs_sha256, learn
from evomerge.training.progress import KeptState
from tests.training.training_cases import order, tiny_base

CPU = torch.device("cpu")
PIECES = len(Batches(order().texts, order().settings.batch, 3).pieces(0))
"""Of each step."""


@pytest.fixture
def base(tmp_path):
    return tiny_base(tmp_path)


def learnt(base, given, cores=1, **more):
    with Cores(cores) as own:
        return learn(given, base, own, CPU, **more)


def same(one, other):
    assert one.tensors.keys() == other.tensors.keys()
    return all(torch.equal(tensor, other.tensors[name]) for name, tensor in one.tensors.items())


def test_any_number_of_cores_learns_the_same(base):
    each = [learnt(base, order(), cores) for cores in (1, 2, 5)]
    assert all(same(each[0], one) for one in each)
    assert len({(one.loss, one.tokens, one.steps, one.config_json) for one in each}) == 1
    assert each[0].steps == 4
    assert all(tensor.isfinite().all() for tensor in each[0].tensors.values())


def test_seed_and_settings_decide(base):
    first = learnt(base, order())
    assert not same(first, learnt(base, order(seed=4)))
    assert not same(first, learnt(base, order(learning_rate=0.02)))


class StopAfter:
    """A checkpoint that stops at its n-th call."""

    def __init__(self, calls):
        self.left = calls

    def __call__(self):
        self.left -= 1
        if self.left == 0:
            raise Stopped("terminated")


@pytest.mark.parametrize("calls", [1, 4, 7])
def test_what_was_stopped_goes_on_to_the_same_bits(tmp_path, base, calls):
    given = order()
    kept = KeptState(tmp_path / "a", inputs_sha256(given, base, CPU))
    with pytest.raises(Stopped):
        learnt(base, given, kept=kept, checkpoint=StopAfter(calls))
    begun = kept.read()  # before the first step there is nothing to keep
    assert (begun.steps if begun else 0) == (calls - 1) // PIECES
    after, whole = learnt(base, given, cores=2, kept=kept), learnt(base, given)
    assert same(after, whole)
    assert (after.tokens, after.loss, after.steps) == (whole.tokens, whole.loss, whole.steps)


def test_the_state_is_kept_from_time_to_time(tmp_path, base, monkeypatch):
    monkeypatch.setattr(learning, "KEPT_EVERY_S", 0.0)
    kept = KeptState(tmp_path / "a", "me")
    learnt(base, order(), kept=kept)
    assert kept.read().steps == 4


def test_all_that_decides_the_bits_names_them(base):
    given = order()
    name = inputs_sha256(given, base, CPU)
    assert inputs_sha256(order(), base, CPU) == name
    for other in (order(seed=4), order(steps=5), replace(given, texts=given.texts[1:])):
        assert inputs_sha256(other, base, CPU) != name
    assert inputs_sha256(given, base, torch.device("cuda")) != name


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_learns_the_same_twice(base):
    cuda = torch.device("cuda")
    with Cores.on(cuda) as cores:
        assert same(*(learn(order(), base, cores, cuda) for _ in range(2)))
