"""Ray actors give what one process gives, and outlive what happens to them."""

import contextlib
import os
import shutil
import signal
import time
from types import SimpleNamespace

import psutil
import pytest
import ray
import torch

from evomerge.engine.request import Generation, Likelihood
from evomerge.errors import EvomergeError, ParentError, UserError
from evomerge.ledger import State
from evomerge.recipe import parse_recipe, recipe_from
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.workers import driver
from evomerge.workers.driver import answers
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Job
from evomerge.workers.ray import RayWorkers
from evomerge.zoo import zoo_folder
from tests.workers.test_local import CPU, NAMES, RECIPE

PARENTS = {name: open_parent(name) for name in NAMES}
TOKENIZER = load_tokenizer(zoo_folder("zoo:base"))


@pytest.fixture(scope="module")
def cluster():
    """One cluster serves all tests of this file."""
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield
    ray.shutdown()


def requests():
    prompts = [(3, n % 300, 261, 282, 260) for n in range(20, 140)]
    return [(Generation(prompt, ("\n",), 5), Likelihood(prompt, 2)) for prompt in prompts]


def recipes(count):
    plain = RECIPE.plain()
    for n in range(count):
        plain["models"][0]["parameters"]["weight"] = n / count
        yield recipe_from(plain)


def actors():
    """The processes of this session's actors."""
    ours = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "ray::Actor" in " ".join(process.cmdline() or [process.name()]):
                ours.append(process)
    return ours


class TestTwoActors:
    """What two actors do for one test after the other."""

    @pytest.fixture(scope="class")
    def workers(self, cluster):
        with RayWorkers(2, CPU).for_parents(PARENTS, TOKENIZER) as open_workers:
            yield open_workers

    def test_actors_answer_as_one_process_does(self, workers):
        asked = requests()
        jobs = [Job(n, recipe, asked) for n, recipe in enumerate(recipes(5))]
        found = [*answers(workers, jobs)]
        with LocalWorkers(CPU).for_parents(PARENTS, TOKENIZER) as local:
            alone = [*answers(local, jobs)]
        assert [one.key for one in found] == [one.key for one in alone] == [*range(5)]
        assert [one.responses for one in found] == [one.responses for one in alone]
        assert {one.worker for one in found} == {"ray 0 (1 cores)", "ray 1 (1 cores)"}
        assert all(one.engine == alone[0].engine is not None for one in found)

    def test_a_failed_offspring_is_an_answer(self, workers):
        plain = RECIPE.plain()
        plain["models"][0]["parameters"]["weight"] = 1e42
        (answer,) = answers(workers, [Job(0, recipe_from(plain), requests())])
        assert answer.state is State.FAILED
        assert "not finite" in answer.reason

    def test_the_job_of_a_killed_actor_is_tried_once_more(self, workers):
        [*answers(workers, [Job(n, RECIPE, requests()) for n in range(2)])]
        killed = []

        def kill_once():
            if not killed:
                killed.extend(os.kill(p.pid, signal.SIGKILL) or p.pid for p in actors())

        (answer,) = answers(workers, [Job(5, RECIPE, requests() * 40)], kill_once)
        assert killed
        assert (answer.key, answer.state) == (5, State.SCORED)

    def test_a_job_whose_actors_always_die_fails_and_the_next_goes_on(self, workers):
        def kill_always():
            for process in actors():
                process.kill()

        (answer,) = answers(workers, [Job(1, RECIPE, requests() * 40)], kill_always)
        assert answer.state is State.FAILED
        assert "its worker died 2 times" in answer.reason
        (answer,) = answers(workers, [Job(2, RECIPE, requests())])
        assert answer.state is State.SCORED


def test_a_stopped_actor_is_ended_and_its_job_done_elsewhere(cluster, monkeypatch):
    """It hangs; nothing but its time limit tells. The clock is put forward by more than that."""
    with RayWorkers(1, CPU, limit_s=3600).for_parents(PARENTS, TOKENIZER) as workers:
        [*answers(workers, [Job(0, RECIPE, requests())])]
        stopped = []
        clock = SimpleNamespace(monotonic=lambda: time.monotonic() + 4000 * bool(stopped))
        monkeypatch.setattr(driver, "time", clock)

        def stop_once():
            if not stopped:
                stopped.extend(os.kill(p.pid, signal.SIGSTOP) or p.pid for p in actors())

        (answer,) = answers(workers, [Job(1, RECIPE, requests() * 40)], stop_once)
    assert stopped
    assert (answer.key, answer.state) == (1, State.SCORED)


def test_more_gpus_than_there_are_is_the_users_mistake(cluster):
    if torch.cuda.device_count() >= 9:
        pytest.skip("there are")
    with pytest.raises(UserError, match="9 workers need 9 GPUs"):
        RayWorkers(9, torch.device("cuda")).for_parents(PARENTS, TOKENIZER).__enter__()


def test_more_workers_than_cores_share_them(cluster):
    with RayWorkers(3, CPU).for_parents(PARENTS, TOKENIZER) as workers:
        found = [*answers(workers, [Job(n, RECIPE, requests()) for n in range(4)])]
    assert [one.state for one in found] == [State.SCORED] * 4


def test_an_actor_that_cannot_begin_is_not_taken_for_a_failed_offspring(cluster, make_model):
    gone = open_parent(make_model("gone"))
    shutil.rmtree(gone.folder)
    with pytest.raises(EvomergeError, match=r"could not start: .*no such folder"):
        RayWorkers(1, CPU).for_parents({gone.name: gone}, TOKENIZER).__enter__()


def test_parents_that_do_not_fit_are_the_users_mistake_on_any_worker(cluster, make_model):
    norm = "model.norm.weight"
    names = [make_model(n, tensors={norm: torch.full((8,), k)}) for k, n in enumerate("ab")]
    listed = ", ".join(f"{{model: {name}}}" for name in names)
    recipe = parse_recipe(f"merge_method: linear\nmodels: [{listed}]")
    parents = {name: open_parent(name) for name in names}
    told = []
    for kind in (LocalWorkers(CPU), RayWorkers(1, CPU)):
        with kind.for_parents(parents, TOKENIZER) as workers:
            with pytest.raises(ParentError) as caught:
                [*answers(workers, [Job(0, recipe, requests())])]
            told.append((str(caught.value), caught.value.exit_code))
    assert told[0] == told[1]
    assert told[0][0].startswith(f"{norm} holds integers and differs between")
    assert told[0][1] == 2


def test_a_recipe_travels_as_it_is():
    recipe = parse_recipe("merge_method: linear\nmodels: [{model: a, parameters: {weight: 0.1}}]")
    assert recipe_from(recipe.plain()) == recipe
