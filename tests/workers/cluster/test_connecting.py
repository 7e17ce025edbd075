"""What keeps a cluster from being used, in our words."""

from types import SimpleNamespace

import pytest
from ray import exceptions

from evomerge.recipe import Placement
from evomerge.workers.cluster import connecting
from evomerge.workers.cluster.connecting import connect
from evomerge.workers.cluster.messages import Connect


@pytest.fixture
def ray(monkeypatch):
    """A client that is told what to do, and says how it was called."""
    called = []
    nodes = [{"Alive": True, "Resources": {"CPU": 2.0}}]
    fake = SimpleNamespace(init=lambda **o: called.append(o), nodes=lambda: nodes, called=called)
    monkeypatch.setattr(connecting, "ray", fake)
    return fake


def order(address=None, **keys):
    return Connect(Placement(**keys), address, b"", "cpu", "word")


def failing(error):
    def init(**options):
        raise error

    return init


def test_without_an_address_ray_is_started_here_and_no_other_is_joined(ray):
    assert connect(order()) is None
    assert ray.called[0]["address"] == "local"
    assert ray.called[0]["include_dashboard"] is False
    assert connect(order("10.0.0.1:6379")) is None
    assert ray.called[1]["address"] == "10.0.0.1:6379"


def test_what_is_lacking_is_told(ray):
    assert "2 workers need 2 CPUs each" in connect(order(count=2, cpus=2))


def test_where_a_token_is_asked_for_it_is_named(ray):
    ray.init = failing(exceptions.AuthenticationError("no token"))
    said = connect(order("head:6379"))
    assert said.startswith("Ray at head:6379 refuses; if it asks for a token: set RAY_AUTH_MODE=t")


def test_where_nobody_is_the_address_and_the_token_are_named(ray):
    ray.init = failing(ConnectionError("\nFailed to connect to Ray cluster"))
    said = connect(order("head:6379"))
    assert said.startswith("Ray at head:6379: Failed to connect to Ray cluster; if it asks for a")
    assert connect(order()) == "Ray cannot be started here: Failed to connect to Ray cluster"
