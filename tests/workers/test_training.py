import pytest
import torch

from evomerge.errors import EvomergeError, Stopped, TrialError
from evomerge.ledger import Cost, State
from evomerge.recipe import Training
from evomerge.training import Example, train
from evomerge.training.order import Trained
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Answer, Lost
from evomerge.workers.training import train_by

CPU = torch.device("cpu")
SETTINGS = Training(rank=2, steps=3, batch=8, warmup=1, learning_rate=5e-3)
EXAMPLES = [Example(f"{n} + 1 =", f" {n + 1}") for n in range(20)]
BASE = open_parent("zoo:base")
TOKENIZER = load_tokenizer(BASE.tokenizer_folder)
GIVEN = SETTINGS, EXAMPLES, BASE, TOKENIZER


def test_a_worker_trains_what_this_process_would(tmp_path):
    own = train(*GIVEN, tmp_path / "own", device=CPU, cores=1)
    adapter, cost = train_by(LocalWorkers(CPU), *GIVEN, tmp_path / "there")
    assert adapter.weights_sha256 == own.weights_sha256
    assert (cost.tokens, cost.tokens) == (own.tokens, adapter.tokens)
    assert cost.forward_s > 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["own", "there"]


def test_what_is_kept_of_a_training_tells_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("evomerge.training.learning.KEPT_EVERY_S", 0.0)
    steps = []
    train_by(LocalWorkers(CPU), *GIVEN, tmp_path / "a", went=steps.append)
    assert steps == [1, 2]


def test_a_stop_is_heard_and_the_state_is_kept(tmp_path):
    calls = []

    def stop():
        calls.append(1)
        if len(calls) == 2:
            raise Stopped("terminated")

    with pytest.raises(Stopped):
        train_by(LocalWorkers(CPU), *GIVEN, tmp_path / "a", checkpoint=stop)
    assert [one.name for one in tmp_path.iterdir()] == [".a.training"]


def told(*said):
    each = iter(said)
    return FakeWorkers(lambda job: next(each), attempts=2)


TRAINED = Trained({"m": torch.zeros(2)}, "{}", 3, 99, 1.5, 0.25)


def test_a_lost_training_is_tried_again(tmp_path):
    answer = Answer(0, State.SCORED, cost=Cost(0, 1.5, 0, 99), trained=TRAINED)
    adapter, cost = train_by(told(Lost(0, "a node went"), answer), *GIVEN, tmp_path / "a")
    assert (adapter.loss, cost.tokens) == (0.25, 99)


def test_a_training_that_fails_is_told(tmp_path):
    with pytest.raises(TrialError, match="the loss is nan"):
        train_by(told(Answer(0, State.FAILED, "the loss is nan")), *GIVEN, tmp_path / "a")


def test_other_versions_there_are_told(tmp_path):
    other = Trained({"m": torch.zeros(2)}, "{}", 3, 99, 1.5, 0.25, {"torch": "1"})
    with pytest.raises(EvomergeError, match="install the same there"):
        train_by(told(Answer(0, State.SCORED, trained=other)), *GIVEN, tmp_path / "a")
