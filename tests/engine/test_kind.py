"""An engine's identity is its name, its packages' versions and its settings."""

import json
import pickle
from dataclasses import replace
from importlib.metadata import version

import pytest
import torch

from evomerge.engine import kind
from evomerge.engine.fake import FAKE
from evomerge.engine.kind import EngineIdentity
from evomerge.engine.registry import DEFAULT
from evomerge.errors import UserError

TWO = replace(
    FAKE, name="two", packages=("torch", "numpy"), settings=lambda: {"rows": {"cpu": 4}, "on": True}
)


def test_it_has_the_versions_that_are_installed():
    assert TWO.identity == EngineIdentity(
        "two", {"torch": version("torch"), "numpy": version("numpy")}, TWO.settings()
    )
    assert str(TWO.identity) == f"two (torch {version('torch')}, numpy {version('numpy')})"
    assert str(FAKE.identity) == "fake"


def test_it_is_written_as_json():
    plain = json.loads(json.dumps(TWO.identity.plain()))
    assert plain["settings"] == {"rows": {"cpu": 4}, "on": True}
    assert EngineIdentity(**plain) == TWO.identity


def test_each_part_of_it_tells_engines_apart():
    changes = [{"name": "other"}, {"packages": ("torch",)}, {"settings": lambda: {"on": False}}]
    identities = [replace(TWO, **change).identity for change in [{}, *changes]]
    for one in identities:
        assert identities.count(one) == 1


def test_a_worker_says_what_it_computes_with_itself(monkeypatch):
    here = DEFAULT.identity.versions["torch"]
    sent = pickle.dumps(DEFAULT)
    monkeypatch.setattr(kind, "_version", lambda package: f"not {here}")
    assert pickle.loads(sent).identity.versions["torch"] == f"not {here}"


def test_only_engines_that_spread_a_model_are_given_several_gpus():
    cuda = torch.device("cuda")
    DEFAULT.require(cuda, 2)
    FAKE.require(torch.device("cpu"), 2)
    FAKE.require(cuda, 0.5)
    with pytest.raises(
        UserError, match="fake does not spread a model over 2 GPUs: take the engine"
    ):
        FAKE.require(cuda, 2)
