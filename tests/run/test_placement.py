"""Workers of the user's own, and a run that is bound to the engine that it was scored by."""

from dataclasses import replace
from importlib.util import find_spec

import pytest
import torch

from evomerge import evolve
from evomerge.engine.fake import FAKE
from evomerge.engine.registry import DEFAULT, ENGINES, engine_of
from evomerge.errors import RecipeError, RunFolderError, UserError
from evomerge.recipe import Placement, parse_recipe
from evomerge.run import placement as placement_module
from evomerge.run.commands import resume
from evomerge.run.placement import early, placed, workers_on
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Present
from evomerge.workers.ray import RayWorkers
from evomerge.workers.schedule import Rules
from tests.run.small import TEXT


class Backwards:
    """Three jobs at a time, each done by a worker of this process, the newest first."""

    rules = Rules(3)
    present = Present(3)
    engine = DEFAULT
    device = torch.device("cpu")

    def __init__(self, inner=None):
        self.inner = LocalWorkers(self.device, cores=1) if inner is None else inner
        self.waiting = []

    def for_parents(self, parents, tokenizer):
        return Backwards(self.inner.for_parents(parents, tokenizer))

    def submit(self, job):
        self.waiting.append(job)
        assert len(self.waiting) <= self.rules.capacity

    def end(self, key):
        raise AssertionError("there is no time limit")

    def collect(self, checkpoint):
        self.inner.submit(self.waiting.pop())
        return self.inner.collect(checkpoint)

    def __enter__(self):
        self.inner.__enter__()
        return self

    def __exit__(self, *error):
        self.waiting.clear()
        self.inner.__exit__(*error)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return evolve(parse_recipe(TEXT), tmp_path_factory.mktemp("runs") / "one", workers=1)


def test_workers_that_are_given_find_the_same_winner(finished, tmp_path):
    run = evolve(parse_recipe(TEXT), tmp_path / "given", workers=Backwards())
    assert run.weights_sha256 == finished.weights_sha256
    assert run.verdict == finished.verdict


def test_a_run_is_not_resumed_by_another_engine(finished):
    def older():
        return {**DEFAULT.settings(), "batches_alike": {"cpu": 1}}

    for engine, told in (
        (FAKE, r"its answers are those of transformers, and these would be of fake"),
        (replace(DEFAULT, settings=older), "with other settings"),
    ):
        with pytest.raises(RunFolderError, match=told):
            resume(finished.folder, evaluations=12, workers=LocalWorkers(engine=engine))


PLAIN = parse_recipe(TEXT)
PLACED = parse_recipe(f"{TEXT}  workers: {{count: 4, gpus: 0.5, ray: auto}}\n")


def test_where_a_run_is_done_is_what_is_asked_for_and_else_what_the_recipe_says():
    assert placed(None, PLAIN) == Placement()
    assert placed(None, PLACED) == Placement(count=4, gpus=0.5, ray="auto")
    assert placed(2, PLACED) == Placement(count=2, gpus=0.5, ray="auto")
    assert placed({"gpus": 1}, PLACED) == Placement(count=4, gpus=1, ray="auto")
    assert placed(1, PLAIN, "head:6379") == Placement(ray="head:6379")
    assert placed(Placement(count=1), PLACED, "head:6379").ray == "head:6379"


def test_a_resumed_run_is_done_where_it_was_begun_whatever_the_recipe_says_by_default():
    assert placed(Placement().plain(), PLACED) == Placement()


def test_a_placement_or_an_object_names_the_workers():
    assert isinstance(workers_on(Placement(), "cpu"), LocalWorkers)
    assert isinstance(workers_on(Placement(cpus=1), "cpu"), RayWorkers)
    given = Backwards()
    assert placed(given, PLAIN) is workers_on(given, None) is workers_on(given, "cpu") is given
    with pytest.raises(UserError, match="use cpu; make them for that device"):
        workers_on(given, "cuda")


@pytest.mark.parametrize(
    "asked, told",
    [
        (0, "0 workers: at least one"),
        ("4", "workers '4': a number, a placement, or an object"),
        (True, "workers True: a number"),
        ({"gpu": 1}, r"workers\.gpu: Extra inputs"),
        ({"memory": "much"}, r"workers\.memory: .*much: a number of bytes, or one with"),
        ({"gpus": 1.5}, "1.5 is neither a share of one nor a whole number"),
    ],
)
def test_what_cannot_be_asked_for_is_the_users_mistake(asked, told):
    with pytest.raises(UserError, match=told):
        placed(asked, PLAIN)


def test_ray_starts_while_other_things_are_done_and_ends_whatever_happens(monkeypatch):
    done = []

    class Slow(RayWorkers):
        def start(self):
            done.append("started")

        def connect(self):
            done.append("connected")

        def stop(self):
            done.append("stopped")

    monkeypatch.setattr(placement_module, "RayWorkers", Slow)
    slow = early(workers_on(Placement(count=2), "cpu"))
    with pytest.raises(UserError, match="no such task"), slow as wait_for_workers:
        done.append("prepared")
        wait_for_workers()
        raise UserError("no such task")
    assert done == ["started", "prepared", "connected", "stopped"]
    with early(LocalWorkers()) as wait_for_workers:
        wait_for_workers()
    assert len(done) == 4


def test_a_recipe_names_its_engine(tmp_path, finished):
    engine = ENGINES["continuous"]
    named = parse_recipe(TEXT.replace("  elites", "  engine: continuous\n  elites", 1))
    assert engine_of(named) == engine
    assert workers_on(Placement(), "cpu", engine_of(named)).engine == engine
    with pytest.raises(UserError, match="names the engine continuous: the workers"):
        workers_on(LocalWorkers(engine=FAKE), None, engine)
    with pytest.raises(RunFolderError, match="belongs to another run"):
        evolve(named, finished.folder)
    unknown = parse_recipe(TEXT.replace("  elites", "  engine: vlmm\n  elites", 1))
    with pytest.raises(RecipeError, match=r"engine: there is no engine 'vlmm'; there are cont"):
        evolve(unknown, tmp_path / "unknown")


@pytest.mark.skipif(find_spec("vllm") is not None, reason="vLLM is installed")
def test_an_engine_that_is_not_installed_is_told_with_what_installs_it(tmp_path):
    named = parse_recipe(TEXT.replace("  elites", "  engine: vllm\n  elites", 1))
    with pytest.raises(UserError, match=r"vllm needs vllm, .* pip install 'evomerge\[vllm\]'"):
        evolve(named, tmp_path / "run")
    assert not (tmp_path / "run").exists()
