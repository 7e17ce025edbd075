"""Two nodes on one machine: what is asked for is looked for, and nodes come and go."""

import contextlib
import pickle
import re
import socket
import time
import urllib.request
from concurrent.futures import Future
from types import SimpleNamespace

import pytest
from ray.cluster_utils import Cluster

from evomerge.errors import UserError
from evomerge.ledger import Cost, Part, State, Trial, WorkersTimed, WorkerTime
from evomerge.recipe import Placement
from evomerge.run.measuring import measured
from evomerge.workers.cluster import crew
from evomerge.workers.cluster.member import CrewMember
from evomerge.workers.cluster.messages import Broken, Connect
from evomerge.workers.driver import answers
from evomerge.workers.protocol import Job
from evomerge.workers.ray import RayWorkers
from tests.workers.test_local import CPU, RECIPE
from tests.workers.test_ray import PARENTS, TOKENIZER, once, requests


@pytest.fixture(scope="module")
def cluster():
    made = Cluster(
        initialize_head=True,
        head_node_args={
            "num_cpus": 1,
            "include_dashboard": False,
            "labels": {"zone": "a"},
            "metrics_export_port": free_port(),
            "_system_config": {"metrics_report_interval_ms": 500},
        },
    )
    made.second = made.add_node(num_cpus=1, labels={"zone": "b"}, resources={"disk": 1})
    yield made
    made.shutdown()


def free_port():
    with socket.socket() as one:
        one.bind(("", 0))
        return one.getsockname()[1]


def metrics_of(node):
    """What Prometheus would read on a node, without the labels of Ray's own."""
    url = f"http://{node.node_ip_address}:{node.metrics_export_port}/metrics"
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as said:
        lines = re.findall(r"^ray_(evomerge_\w+){(.*)} (.*)$", said.read().decode(), re.M)
        own = r'(?:state|split|duty|way)="(.*?)"'
        return {(name, re.search(own, labels)[1]): float(value) for name, labels, value in lines}
    return {}


@contextlib.contextmanager
def workers_for(cluster, **keys):
    workers = RayWorkers(Placement(ray=cluster.address, **keys), CPU)
    try:
        workers.start()
        workers.connect()
        with workers.for_parents(PARENTS, TOKENIZER) as opened:
            yield opened
    finally:
        workers.stop()


def test_what_a_cluster_lacks_is_the_users_mistake(cluster):
    keys = {"count": 2, "resources": {"disk": 1}}
    told = r"2 workers need 1 disk each, and Ray has room for 1 of them\. It has 1 CPUs"
    with pytest.raises(UserError, match=told), workers_for(cluster, **keys):
        pass


def test_a_run_goes_on_without_a_node_that_is_gone_and_takes_one_that_comes(cluster):
    with workers_for(cluster, count=2, cpus=1) as workers:
        cut = once(lambda: cluster.remove_node(cluster.second, allow_graceful=False))
        some = requests() * 20
        found = [*answers(workers, [Job(n, RECIPE, some) for n in range(4)], cut)]
        assert [one.state for one in found] == [State.SCORED] * 4
        cluster.second = cluster.add_node(num_cpus=1, labels={"zone": "b"}, resources={"disk": 1})
        few, asked = requests()[:1], 0
        while workers.present.count < 2:
            (one,) = answers(workers, [Job(asked, RECIPE, few)])
            assert one.state is State.SCORED
            asked += 1


def test_those_who_watch_the_cluster_see_the_run_in_numbers(cluster):
    pytest.importorskip("grpc", reason="Ray's metrics need ray[default]")
    pytest.importorskip("prometheus_client", reason="Ray's metrics need ray[default]")
    part = Part("d", "search", State.SCORED, cost=Cost(tokens=30))
    timed = WorkersTimed(1, 4.0, WorkerTime(waiting_s=4.0))
    trials = [Trial("d", "search", {}, State.PRUNED)] * 2
    with workers_for(cluster, count=1, cpus=1) as workers:
        assert [*answers(workers, [Job(0, RECIPE, requests()[:2])])]
        for what in (part, timed, *trials):
            for number in measured(what):
                workers.measure(number)
        until, seen = time.monotonic() + 60, {}
        idle = ("evomerge_workers", "idle")
        while not (seen.get(idle) and ("evomerge_trials_total", "pruned") in seen):
            assert time.monotonic() < until, seen
            time.sleep(0.5)
            seen = metrics_of(cluster.head_node)
    assert seen["evomerge_trials_total", "pruned"] == 2
    assert seen["evomerge_tokens_total", "search"] == 30
    assert seen["evomerge_worker_seconds", "waiting"] == 4.0
    assert seen["evomerge_workers", "idle"] == 1


def test_nodes_that_cannot_import_evomerge_end_the_run_once_all_have_failed(monkeypatch):
    missing = "failed to import on the worker.\nModuleNotFoundError: No module named 'evomerge'"
    failed = Future()
    failed.set_exception(RuntimeError(missing))
    reference = SimpleNamespace(future=lambda: failed)
    actor = SimpleNamespace(ready=SimpleNamespace(remote=lambda: reference))
    monkeypatch.setattr(crew, "hired", lambda name, *_: CrewMember(name, actor))
    monkeypatch.setattr(crew, "PAUSE_S", 0.0)
    ray = SimpleNamespace(nodes=list, kill=lambda actor: None)
    monkeypatch.setattr(crew, "ray", ray)
    said, todo = [], []
    order = Connect(Placement(count=2), "somewhere:6379", b"", "cpu", "word")
    made = crew.Crew(order, todo.append, said.append)
    for step in todo:
        assert not any(isinstance(one, Broken) for one in said)
        step()
        made.look_around()
        if any(isinstance(one, Broken) for one in said):
            break
    told = pickle.loads(said[-1].error)
    assert isinstance(told, UserError)
    assert "no worker can import evomerge (ModuleNotFoundError: No module named" in str(told)


def test_workers_are_put_where_the_labels_are(cluster):
    with workers_for(cluster, labels={"zone": "b"}, cpus=1, limit_s=500) as workers:
        (one,) = answers(workers, [Job(0, RECIPE, requests()[:2])])
    assert one.state is State.SCORED
    assert workers.rules.limit_s == 500
