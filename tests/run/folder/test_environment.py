"""What a run computes with, and what has changed in it."""

import sys
from importlib.metadata import version

from evomerge import __version__
from evomerge.run.folder.environment import CODE, DECIDING, TOLD, TRAINING, changes, environment
from evomerge.workers.local import LocalWorkers


def test_versions_and_machine_are_those_of_this_process():
    import torch

    found = environment(LocalWorkers(torch.device("cpu")))
    assert found["evomerge"] == __version__
    assert found["torch"] == version("torch")
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert found["device"] == "cpu"
    assert found["processor"]
    assert {*DECIDING, *TOLD} <= set(found)
    assert "absent" not in found.values()
    assert (CODE / "merge" / "methods").is_dir(), "the code is all of the package's"


def test_what_trains_is_compared_where_a_recipe_trains():
    import torch

    workers = LocalWorkers(torch.device("cpu"))
    assert not {*TRAINING} & {*environment(workers)}
    found = environment(workers, trains=True)
    assert found["peft"] == version("peft")
    deciding, _ = changes({**found, "peft": "0.1"}, found)
    assert deciding == [
        f"peft was 0.1 and is {found['peft']} (it makes the adapters that are trained)"
    ]


def test_what_decides_scores_is_told_from_what_does_not():
    known = {"torch": "2.1", "numba": "0.60", "machine": "Linux"}
    now = {"torch": "2.2", "numba": "0.61", "machine": "Linux", "cma": "4"}
    deciding, told = changes(known, now)
    assert deciding == ["torch was 2.1 and is 2.2 (it computes what models answer)"]
    assert told == ["numba was 0.60 and is 0.61"]
    assert changes({}, now) == changes(now, now) == ([], [])
