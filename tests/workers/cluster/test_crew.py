"""Two nodes on one machine: what is asked for is looked for, and nodes come and go."""

import contextlib

import pytest
from ray.cluster_utils import Cluster

from evomerge.errors import UserError
from evomerge.ledger import State
from evomerge.recipe import Placement
from evomerge.workers.driver import answers
from evomerge.workers.protocol import Job
from evomerge.workers.ray import RayWorkers
from tests.workers.test_local import CPU, RECIPE
from tests.workers.test_ray import PARENTS, TOKENIZER, once, requests


@pytest.fixture(scope="module")
def cluster():
    made = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "include_dashboard": False, "labels": {"zone": "a"}},
    )
    made.second = made.add_node(num_cpus=1, labels={"zone": "b"}, resources={"disk": 1})
    yield made
    made.shutdown()


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


def test_workers_are_put_where_the_labels_are(cluster):
    with workers_for(cluster, labels={"zone": "b"}, cpus=1, limit_s=500) as workers:
        (one,) = answers(workers, [Job(0, RECIPE, requests()[:2])])
    assert one.state is State.SCORED
    assert workers.rules.limit_s == 500
