import pytest

from evomerge.recipe import Placement
from evomerge.workers.cluster.needs import needs_of, unmet


def node(alive=True, labels=None, **resources):
    return {"Alive": alive, "Labels": labels or {}, "Resources": resources}


TWO = [node(CPU=8.0, GPU=2.0, memory=2.0**34), node(CPU=4.0, memory=2.0**33)]


def lacks(keys, nodes, device="cpu"):
    placement = Placement.model_validate(keys)
    return unmet(placement, needs_of(placement, device, nodes), nodes)


@pytest.mark.parametrize(
    "keys, device",
    [
        (3, "cpu"),
        (100, "cpu"),  # they share cores
        (2, "cuda"),
        ({"count": 4, "gpus": 0.5}, "cuda"),
        ({"count": 10, "gpus": 0.2}, "cuda"),
        ({"gpus": 2}, "cuda"),
        ({"count": 3, "cpus": 4}, "cpu"),
        ({"count": 3, "memory": "8GB"}, "cpu"),
    ],
)
def test_what_fits_is_not_refused(keys, device):
    assert lacks(keys, TWO, device) is None


@pytest.mark.parametrize(
    "keys, device, told",
    [
        (3, "cuda", "3 workers need 1 GPUs each, and Ray has room for 2 of them"),
        ({"count": 5, "gpus": 0.5}, "cuda", "room for 4 of them"),
        ({"gpus": 3}, "cuda", "It has 8 CPUs and 2 GPUs; 4 CPUs and 0 GPUs"),
        ({"count": 2, "cpus": 5}, "cpu", "2 workers need 5 CPUs each, and Ray has room for 1"),
        ({"count": 4, "memory": "8GB"}, "cpu", "8 GB of memory each, and Ray has room for 3"),
        ({"resources": {"tpu": 1}}, "cpu", "1 tpu each, and Ray has room for 0"),
        ({"labels": {"zone": "a"}}, "cpu", "1 workers on nodes with zone=a need"),
    ],
)
def test_what_does_not_fit_is_told_as_asked_and_had(keys, device, told):
    assert told in lacks(keys, TWO, device)


@pytest.mark.parametrize(
    "wanted, fits",
    [("a", True), ("!a", False), ("in(a, b)", True), ("!in(a, b)", False), ("!in(b)", True)],
)
def test_labels_are_matched_as_ray_does(wanted, fits):
    nodes = [node(labels={"zone": "a"}, CPU=2.0)]
    assert (lacks({"labels": {"zone": wanted}}, nodes) is None) == fits


def test_a_node_that_is_gone_has_nothing():
    assert lacks({"cpus": 8}, [node(alive=False, CPU=8.0)]) is not None


def test_needs_are_rays_options():
    keys = {"count": 2, "gpus": 0.5, "memory": "1GB", "resources": {"disk": 1}}
    placement, nodes = Placement.model_validate(keys), [node(CPU=8, GPU=1, memory=2**34, disk=2)]
    assert needs_of(placement, "cuda", nodes).options({"zone": "a"}) == {
        "num_cpus": 4.0,
        "num_gpus": 0.5,
        "memory": 2**30,
        "resources": {"disk": 1},
        "label_selector": {"zone": "a"},
    }
    assert needs_of(Placement(count=100), "cpu", TWO).options({}) == {"num_cpus": 0, "num_gpus": 0}
