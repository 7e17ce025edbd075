import pytest
import torch
from transformers import AutoModelForCausalLM

from evomerge.cores import Cores
from evomerge.errors import TrialError
from evomerge.recipe import Training
from evomerge.training.learner import Learner
from evomerge.training.lora import LowRankModel
from tests.training.training_cases import text, tiny_base

CPU = torch.device("cpu")
PIECES = [[text(1), text(2)], [text(3, 9)]]


@pytest.fixture
def learner_of(tmp_path):
    folder = tiny_base(tmp_path).folder

    def make(**settings):
        model = AutoModelForCausalLM.from_pretrained(folder).requires_grad_(False).eval()
        settings = Training(rank=2, **{"steps": 8, "warmup": 2, **settings})
        return Learner(LowRankModel(model, settings, 0), settings, Cores(1), CPU)

    return make


def test_texts_are_learnt(learner_of):
    learner = learner_of(learning_rate=0.05)
    losses = [learner.step(number, PIECES, lambda: None) for number in range(8)]
    assert losses[-1] < losses[0] - 1


def test_the_rate_rises_and_falls(learner_of):
    learner = learner_of(learning_rate=0.6)
    rates = [learner._rate(number) for number in range(8)]
    assert rates == pytest.approx([0.3, 0.6, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
    assert learner_of(warmup=0)._rate(0) == learner_of()._settings.learning_rate


def test_one_goes_on_where_another_stood(learner_of):
    one, other = learner_of(), learner_of()
    for number in range(3):
        one.step(number, PIECES, lambda: None)
    other.restore({name: t.clone() for name, t in one.tensors().items()}, 3)
    losses = [learner.step(3, PIECES, lambda: None) for learner in (one, other)]
    assert losses[0] == losses[1]
    for name, tensor in one.tensors().items():
        assert torch.equal(tensor, other.tensors()[name]), name


def test_a_loss_that_is_no_number_ends_it(learner_of):
    learner = learner_of()
    next(iter(learner._matrices.values())).data.fill_(float("nan"))
    with pytest.raises(TrialError, match=r"the loss is nan .* at step 1; a lower learning_rate"):
        learner.step(0, PIECES, lambda: None)


def test_what_stops_a_step_leaves_all_as_it_was(learner_of):
    learner = learner_of()
    learner.step(0, PIECES, lambda: None)
    before = {name: tensor.clone() for name, tensor in learner.tensors().items()}

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learner.step(1, PIECES, stop)
    assert all(torch.equal(tensor, before[name]) for name, tensor in learner.tensors().items())
