"""Ray actors give what one process gives, and outlive what happens to them."""

import contextlib
import json
import os
import shutil
import signal
import stat
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import torch

from evomerge.engine.request import Generation, Likelihood
from evomerge.errors import ParentError, UserError
from evomerge.ledger import State
from evomerge.recipe import Placement, Training, parse_recipe, recipe_from
from evomerge.training import Example, train
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.workers import driver
from evomerge.workers.cluster import link
from evomerge.workers.driver import answers
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Job
from evomerge.workers.ray import RayWorkers
from evomerge.workers.schedule import Rules
from evomerge.workers.training import train_by
from evomerge.zoo import zoo_folder
from tests.workers.test_local import CPU, NAMES, RECIPE

PARENTS = {name: open_parent(name) for name in NAMES}
TOKENIZER = load_tokenizer(zoo_folder("zoo:base"))


MARK = f"EVOMERGE_TESTED_{os.getpid()}"
"""In the environment of all that is started here; fork servers are nobody's children."""


@pytest.fixture(scope="module")
def crew():
    """Two workers on a cluster of their own serve all tests of this file."""
    workers = RayWorkers(2, CPU)
    os.environ[MARK] = "1"
    workers.start()
    workers.connect()
    yield workers
    workers.stop()
    del os.environ[MARK]
    until = time.monotonic() + 60
    while processes(""):  # nothing outlives the run
        assert time.monotonic() < until, processes("")
        time.sleep(0.2)


def requests():
    prompts = [(3, n % 300, 261, 282, 260) for n in range(20, 140)]
    return [(Generation(prompt, ("\n",), 5), Likelihood(prompt, 2)) for prompt in prompts]


def recipes(count):
    plain = RECIPE.plain()
    for n in range(count):
        plain["models"][0]["parameters"]["weight"] = n / count
        yield recipe_from(plain)


def processes(name):
    """Those of a name that were started for these tests."""
    ours = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if MARK in process.environ() and name in " ".join([process.name(), *process.cmdline()]):
                ours.append(process)
    return ours


CHILDREN = "evomerge ray"
"""What is forked for the workers."""


@pytest.fixture(scope="module")
def workers(crew):
    with crew.for_parents(PARENTS, TOKENIZER) as open_workers:
        yield open_workers


def test_each_actor_writes_a_log_in_the_folder_of_the_run(crew, tmp_path):
    logged = crew.for_parents(PARENTS, TOKENIZER)
    logged.log_to(tmp_path)
    with logged:
        jobs = [Job(n, recipe, requests(), digest=f"d{n}") for n, recipe in enumerate(recipes(4))]
        assert [one.state for one in answers(logged, jobs)] == [State.SCORED] * 4
    logs = [(tmp_path / "logs" / f"ray-{number}.jsonl").read_text() for number in range(2)]
    assert all("3 parents opened" in log for log in logs)
    done = [line for log in logs for line in log.splitlines() if " scored in " in line]
    assert sorted(json.loads(line)["message"].split()[1] for line in done) == ["0", "1", "2", "3"]
    assert all(json.loads(line)["process"] != os.getpid() for line in done)


def test_actors_answer_as_one_process_does(workers):
    asked = requests()
    jobs = [Job(n, recipe, asked) for n, recipe in enumerate(recipes(5))]
    found = [*answers(workers, jobs)]
    with LocalWorkers(CPU).for_parents(PARENTS, TOKENIZER) as local:
        alone = [*answers(local, jobs)]
    assert [one.key for one in found] == [one.key for one in alone] == [*range(5)]
    assert [one.responses for one in found] == [one.responses for one in alone]
    assert {one.worker for one in found} <= {"ray 0 (1 cores)", "ray 1 (1 cores)"}
    assert all(one.engine == alone[0].engine is not None for one in found)


def test_a_failed_offspring_is_an_answer(workers):
    plain = RECIPE.plain()
    plain["models"][0]["parameters"]["weight"] = 1e42
    (answer,) = answers(workers, [Job(0, recipe_from(plain), requests())])
    assert answer.state is State.FAILED
    assert "not finite" in answer.reason


def test_a_cluster_of_our_own_listens_on_loopback_alone_and_asks_for_a_token(workers):
    listening = {
        connection.laddr.ip
        for process in psutil.Process().children(recursive=True)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening
    assert listening <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
    (gcs,) = processes("gcs_server")
    token = Path(gcs.environ()["RAY_AUTH_TOKEN_PATH"])
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert stat.S_IMODE(token.parent.stat().st_mode) == 0o700


def once(action):
    """A checkpoint that does something the first time that it is called."""
    done = []

    def checkpoint():
        if not done:
            done.append(True)
            action()

    return checkpoint


def kill(name, number=signal.SIGKILL):
    for process in processes(name):
        process.send_signal(number)


@pytest.mark.parametrize("name", ["ray::WorkerProcess", CHILDREN, "workers.forks.server"])
def test_killed_processes_are_nobodys_failure(workers, name):
    """The last are the fork server and all its children at once."""
    found = answers(
        workers,
        [Job(n, RECIPE, requests() * 20) for n in range(3)],
        once(lambda: kill(name)),
    )
    assert [one.state for one in found] == [State.SCORED] * 3


def test_workers_go_on_without_their_fork_server(workers):
    def kill_the_server():
        (server,) = [one for one in processes("workers.forks.server") if "ray" not in one.name()]
        server.kill()

    jobs = [Job(n, RECIPE, requests()) for n in range(3)]
    assert [one.state for one in answers(workers, jobs, once(kill_the_server))] == ["scored"] * 3
    kill(CHILDREN)
    assert [one.state for one in answers(workers, jobs)] == ["scored"] * 3


def test_a_job_that_always_crashes_fails_and_the_next_goes_on(workers):
    (before,) = answers(workers, [Job(0, RECIPE, requests())])
    assert before.state is State.SCORED

    def crash():
        for child in processes(CHILDREN):
            with contextlib.suppress(psutil.Error):
                if child.cpu_times().user > 0.5:  # it has more to do than to begin
                    child.send_signal(signal.SIGSEGV)

    actors = {one.pid for one in processes("ray::WorkerProcess")}
    (answer,) = answers(workers, [Job(1, RECIPE, requests() * 40)], crash)
    assert answer.state is State.FAILED
    assert answer.reason == "its worker crashed (SIGSEGV), 2 times"
    (answer,) = answers(workers, [Job(2, RECIPE, requests())])
    assert answer.state is State.SCORED
    assert actors == {one.pid for one in processes("ray::WorkerProcess")}  # they outlive it


@pytest.mark.parametrize("name", ["ray::WorkerProcess", CHILDREN])
def test_a_stopped_process_is_ended_and_its_job_done_elsewhere(crew, monkeypatch, name):
    """It hangs; nothing but its time limit tells. The clock runs fast until it is ended."""
    fast = []
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() * (1000 if fast else 1))
    limited = crew.for_parents(PARENTS, TOKENIZER)
    limited.rules = Rules(2, 2, limit_s=100)

    def stop():
        fast.append(True)
        kill(name, signal.SIGSTOP)

    with limited:
        [*answers(limited, [Job(0, RECIPE, requests())])]
        monkeypatch.setattr(driver, "time", clock)
        end = limited.end
        monkeypatch.setattr(limited, "end", lambda key: (fast.clear(), end(key)))
        (answer,) = answers(limited, [Job(1, RECIPE, requests() * 40)], once(stop))
    assert (answer.key, answer.state) == (1, State.SCORED)


def test_parents_that_do_not_fit_are_the_users_mistake_on_any_worker(crew, make_model):
    norm = "model.norm.weight"
    names = [make_model(n, tensors={norm: torch.full((8,), k)}) for k, n in enumerate("ab")]
    listed = ", ".join(f"{{model: {name}}}" for name in names)
    recipe = parse_recipe(f"merge_method: linear\nmodels: [{listed}]")
    parents = {name: open_parent(name) for name in names}
    told = []
    for kind in (LocalWorkers(CPU), crew):
        with kind.for_parents(parents, TOKENIZER) as workers:
            with pytest.raises(ParentError) as caught:
                [*answers(workers, [Job(0, recipe, requests())])]
            told.append((str(caught.value), caught.value.exit_code))
    assert told[0] == told[1]
    assert told[0][0].startswith(f"{norm} holds integers and differs between")
    assert told[0][1] == 2


def test_the_same_actors_are_used_for_other_parents_in_between(crew):
    """As where parents are scored as they were shipped, while the run's workers are open."""
    other = {"zoo:reverse": open_parent("zoo:reverse")}
    alone = parse_recipe("merge_method: linear\nmodels: [{model: zoo:reverse}]")
    with crew.for_parents(PARENTS, TOKENIZER) as outer:
        (before,) = answers(outer, [Job(0, RECIPE, requests())])
        with crew.for_parents(other, TOKENIZER) as inner:
            (between,) = answers(inner, [Job(0, alone, requests())])
        (after,) = answers(outer, [Job(0, RECIPE, requests())])
    assert before.state is between.state is after.state is State.SCORED
    assert before.responses == after.responses != between.responses


def test_parents_whose_files_change_under_a_run_are_refused(crew, make_model):
    name = make_model("a")
    parent = open_parent(name)
    assert parent.content_hash
    shutil.rmtree(name)
    make_model("a", 1)
    changed = crew.for_parents({name: parent}, TOKENIZER)
    told = f"worker ray . on .*{name} has other weights"
    with changed as workers, pytest.raises(ParentError, match=told):
        [*answers(workers, [Job(0, RECIPE, requests())])]


def test_the_death_of_rays_own_processes_is_survived(crew):
    with crew.for_parents(PARENTS, TOKENIZER) as workers:
        found = answers(
            workers,
            [Job(n, RECIPE, requests() * 20) for n in range(3)],
            once(lambda: kill("raylet/raylet")),
        )
        assert [one.state for one in found] == [State.SCORED] * 3


def test_an_address_that_nobody_answers_is_told(monkeypatch):
    monkeypatch.setattr(link, "JOIN_S", 4.0)
    workers = RayWorkers(Placement(ray="127.0.0.1:9"), CPU)
    with pytest.raises(
        UserError, match=r"Ray at 127\.0\.0\.1:9: nobody has answered for 4 s.*RAY_AUTH_MODE=token"
    ):
        workers.for_parents({}, None).__enter__()


def test_a_recipe_travels_as_it_is():
    recipe = parse_recipe("merge_method: linear\nmodels: [{model: a, parameters: {weight: 0.1}}]")
    assert recipe_from(recipe.plain()) == recipe


def test_a_worker_trains_what_this_process_would_even_if_it_is_killed(crew, tmp_path):
    settings = Training(rank=2, steps=120, batch=16, warmup=1)
    examples = [Example(f"{n} + 1 =", f" {n + 1}") for n in range(40)]
    given = settings, examples, PARENTS["zoo:base"], TOKENIZER
    killed = []

    def kill_once():
        for child in [] if killed else processes(CHILDREN):
            if child.cpu_times().user > 0.5:  # it is at work
                killed.append(child)
                child.kill()

    there, _ = train_by(crew, *given, tmp_path / "there", checkpoint=kill_once)
    assert killed
    assert there.weights_sha256 == train(*given, tmp_path / "own", device=CPU).weights_sha256
