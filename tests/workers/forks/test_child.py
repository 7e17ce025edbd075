"""What a child has of those who asked for it."""

import os
import pickle
import sys
from dataclasses import replace

import psutil
import pytest
import torch

from evomerge.cores import Cores
from evomerge.engine.fake import FAKE
from evomerge.errors import Stopped
from evomerge.ledger import State
from evomerge.training.learning import inputs_sha256, learn
from evomerge.training.progress import KeptState
from evomerge.weights import open_parent
from evomerge.workers.forks.handle import WorkerChild
from evomerge.workers.protocol import JobTraining
from tests.training.training_cases import order
from tests.workers.forks.served import asked, job, request, serving


def make(tokenizer, cores, device):
    """The fake engine, whose error says where it is."""
    said = os.environ.get("ONLY_HERE"), os.getcwd(), sys.path[-1], "HOME" in os.environ

    def answer(requests, checkpoint):
        raise OSError(said)

    engine = FAKE.make(tokenizer, cores, device)
    engine.answer = answer
    return engine


def test_it_has_the_environment_folder_and_path_of_its_worker(make_model, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/root")
    name = make_model("a")
    given = request(
        name,
        engine=pickle.dumps(replace(FAKE, make=make)),
        environment={"ONLY_HERE": "yes"},
        path=(*sys.path, "/last"),
        folder=str(tmp_path),
        name="ray 7",
    )
    with serving() as (link, _, _):
        child = WorkerChild(link, given)
        assert psutil.Process(child.process).name() == "evomerge ray 7"
        with pytest.raises(RuntimeError) as caught:
            child.evaluate(job(name), asked(1))
        assert str(caught.value) == f"OSError: ('yes', '{tmp_path}', '/last', False)"
        child.close()


def test_it_writes_its_log_in_the_folder_of_the_run(make_model, tmp_path):
    name, run_dir = make_model("a"), tmp_path / "run"
    run_dir.mkdir()
    with serving() as (link, _, _):
        child = WorkerChild(link, request(name, run_dir=str(run_dir)))
        child.evaluate(job(name, key=5), asked(1))
        child.close()
    log = (run_dir / "logs" / "ray-0.jsonl").read_text()
    assert "1 parents opened in" in log
    assert "job 5 scored" in log


def test_it_trains_what_this_process_would_and_goes_on_with_what_another_has_kept(
    make_model, tmp_path
):
    name, given = make_model("a"), order(steps=3)
    base, cpu = open_parent(name), torch.device("cpu")
    kept = KeptState(tmp_path / "adapter", inputs_sha256(given, base, cpu))
    calls = []

    def stop():
        calls.append(1)
        if len(calls) > 3:
            raise Stopped("terminated")

    with Cores(2) as cores:
        expected = learn(given, base, cores, cpu)
        with pytest.raises(Stopped):
            learn(given, base, cores, cpu, kept, stop)
    training = pickle.dumps(JobTraining(given, name, kept))
    with serving() as (link, _, _):
        child = WorkerChild(link, request(name))
        answer = pickle.loads(child.evaluate(replace(job(name), training=training), asked(1)))
        child.close()
    assert answer.state is State.SCORED, answer.reason
    assert answer.cost.tokens == expected.tokens == answer.trained.tokens
    for matrix, tensor in expected.tensors.items():
        assert torch.equal(answer.trained.tensors[matrix], tensor)
