"""Fixtures that several rooms share: tiny models on disk, and recipes over them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import settings

from evomerge.merge.folder import loaded, verification
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.zoo import zoo_folder
from tests.tiny import CONFIG, tiny_tensors, write_model
from tests.warm import WarmProgram

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
os.environ["EVOMERGE_REGISTRY"] = "none"  # the user's is not the tests'
if not torch.cuda.is_available():  # before anything imports Triton
    os.environ.setdefault("TRITON_INTERPRET", "1")
# Kernels are compiled when they are first called, and machines do other work: no time is asserted.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
# What is started in the background ignores Ctrl-C, and with nohup a closed terminal: what tests start
# would inherit that, and they send both.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)
# Models this small gain nothing from a second thread, and lose all where a core is busy.
torch.set_num_threads(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if torch.cuda.is_available():
        return
    for item in items:
        if item.get_closest_marker("gpu"):
            item.add_marker(pytest.mark.skip(reason="torch sees no GPU"))


MakeModel = Callable[..., str]


@pytest.fixture
def make_model(tmp_path: Path) -> MakeModel:
    """Makes a tiny model folder and returns its name for a recipe."""

    def make(
        name: str, seed: int = 0, dtype: torch.dtype = torch.float32, **changes: object
    ) -> str:
        tensors = tiny_tensors(seed, dtype)
        tensors.update(changes.pop("tensors", {}))  # type: ignore[arg-type]
        for gone in changes.pop("without", ()):  # type: ignore[attr-defined]
            del tensors[gone]
        return str(write_model(tmp_path / name, tensors, {**CONFIG, **changes}))

    return make


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    """The zoo's."""
    return load_tokenizer(zoo_folder("zoo:base"))


@pytest.fixture(autouse=True, scope="session")
def real_program() -> Iterator[Callable[[str], subprocess.CompletedProcess[str]]]:
    """How a released model is asked; all tests but its own use a warm one (tests/warm.py)."""
    real, warm = verification.run_program, WarmProgram(loaded.__file__)
    verification.run_program = warm
    yield real
    warm.close()
    verification.run_program = real
