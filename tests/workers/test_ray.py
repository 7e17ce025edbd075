"""Ray actors give what one process gives, and outlive what happens to them."""

import contextlib
import os
import shutil
import signal

import psutil
import pytest
import ray
import torch

from evomerge.engine.request import Generation, Likelihood
from evomerge.errors import EvomergeError, UserError
from evomerge.ledger import State
from evomerge.recipe import parse_recipe, recipe_from
from evomerge.weights import open_parent
from evomerge.weights.tokenizer import load_tokenizer
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


@pytest.fixture
def workers(cluster):
    with RayWorkers(PARENTS, TOKENIZER, CPU, 2) as open_workers:
        yield open_workers


def requests():
    prompts = [(3, n % 300, 261, 282, 260) for n in range(20, 140)]
    return [(Generation(prompt, ("\n",), 5), Likelihood(prompt, 2)) for prompt in prompts]


def recipes(count):
    plain = RECIPE.plain()
    for n in range(count):
        plain["models"][0]["parameters"]["weight"] = n / count
        yield recipe_from(plain)


def collect_all(workers, jobs):
    waiting, answers = list(jobs), {}
    under_way = 0
    while waiting or under_way:
        while waiting and under_way < workers.capacity:
            workers.submit(waiting.pop(0))
            under_way += 1
        answer = workers.collect(lambda: None)
        under_way -= 1
        answers[answer.key] = answer
    return answers


def actors():
    """The processes of this session's actors."""
    ours = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "ray::_Actor" in " ".join(process.cmdline() or [process.name()]):
                ours.append(process)
    return ours


def test_actors_answer_as_one_process_does(workers):
    asked = requests()
    jobs = [Job(n, recipe, asked) for n, recipe in enumerate(recipes(5))]
    answers = collect_all(workers, jobs)
    with LocalWorkers(PARENTS, TOKENIZER, CPU) as local:
        for job in jobs:
            local.submit(job)
            assert answers[job.key].responses == local.collect(lambda: None).responses
    assert {answer.worker for answer in answers.values()} == {"ray 0 (1 cores)", "ray 1 (1 cores)"}


def test_a_failed_offspring_is_an_answer(workers):
    plain = RECIPE.plain()
    plain["models"][0]["parameters"]["weight"] = 1e42
    workers.submit(Job(0, recipe_from(plain), requests()))
    answer = workers.collect(lambda: None)
    assert answer.state is State.FAILED
    assert "not finite" in answer.reason


def test_the_job_of_a_killed_actor_is_tried_once_more(workers):
    collect_all(workers, [Job(n, RECIPE, requests()) for n in range(2)])
    workers.submit(Job(5, RECIPE, requests() * 40))
    killed = []

    def kill_once():
        if not killed:
            killed.extend(os.kill(p.pid, signal.SIGKILL) or p.pid for p in actors())

    answer = workers.collect(kill_once)
    assert killed
    assert (answer.key, answer.state) == (5, State.SCORED)


def test_a_job_whose_actors_always_die_fails_and_the_next_goes_on(workers):
    workers.submit(Job(1, RECIPE, requests() * 40))

    def kill_always():
        for process in actors():
            process.kill()

    answer = workers.collect(kill_always)
    assert answer.state is State.FAILED
    assert "its worker died 2 times" in answer.reason
    workers.submit(Job(2, RECIPE, requests()))
    assert workers.collect(lambda: None).state is State.SCORED


def test_more_gpus_than_there_are_is_the_users_mistake(cluster):
    if torch.cuda.device_count() >= 9:
        pytest.skip("there are")
    with pytest.raises(UserError, match="9 workers need 9 GPUs"):
        RayWorkers(PARENTS, TOKENIZER, torch.device("cuda"), 9).__enter__()


def test_more_workers_than_cores_share_them(cluster):
    with RayWorkers(PARENTS, TOKENIZER, CPU, 3) as workers:
        answers = collect_all(workers, [Job(n, RECIPE, requests()) for n in range(4)])
    assert {answer.state for answer in answers.values()} == {State.SCORED}


def test_an_actor_that_cannot_begin_is_not_taken_for_a_failed_offspring(cluster, make_model):
    gone = open_parent(make_model("gone"))
    shutil.rmtree(gone.folder)
    with pytest.raises(EvomergeError, match=r"could not start: .*no such folder"):
        RayWorkers({gone.name: gone}, TOKENIZER, CPU, 1).__enter__()


def test_a_recipe_travels_as_it_is():
    recipe = parse_recipe("merge_method: linear\nmodels: [{model: a, parameters: {weight: 0.1}}]")
    assert recipe_from(recipe.plain()) == recipe
