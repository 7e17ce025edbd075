"""The recorded signatures of vLLM, and classes made of them."""

import json
import sys
from dataclasses import field, make_dataclass
from pathlib import Path
from types import ModuleType

import pytest

RECORD = json.loads((Path(__file__).parent / "signatures.json").read_text())


@pytest.fixture(scope="session")
def parameters():
    """For each thing of vLLM's that is called its parameters, and whether they must be given."""
    return RECORD["parameters"]


@pytest.fixture
def sampling_params(monkeypatch, parameters):
    """A class with the recorded fields in the place of vLLM's, which refuses others."""
    fields = [(name, object, field(default=None)) for name in parameters["SamplingParams"]]
    module = ModuleType("vllm")
    module.SamplingParams = make_dataclass("SamplingParams", fields)
    monkeypatch.setitem(sys.modules, "vllm", module)
