"""Fixtures: a finished run, and a Hub to push it to."""

import json
from dataclasses import replace

import pytest
from huggingface_hub import constants

from evomerge.ledger import Finished
from evomerge.merge.folder.account import WrittenModel
from evomerge.merge.folder.card import write_card
from evomerge.recipe import parse_recipe
from evomerge.report.verdict_json import verdict_to_json
from evomerge.run.folder.folder import RunFolder
from evomerge.weights import FolderWriter, Spec
from tests.hub_server import HubServer
from tests.report.history import PROVED, SEARCHED, VERDICT
from tests.tiny import CONFIG, tiny_tensors

REFUSED = replace(VERDICT, reasons=("it is not shown to be better",))


@pytest.fixture
def finished(tmp_path):
    """Makes the folder of a finished run, whose winner is a tiny model."""

    def make(verdict=VERDICT, facts=()):
        tensors = tiny_tensors(0)
        specs = {n: Spec(tuple(t.shape), t.dtype) for n, t in tensors.items()}
        recipe = parse_recipe("merge_method: linear\nmodels: [{model: a}]")
        with RunFolder(tmp_path / "run") as folder:
            for what in (*SEARCHED, *PROVED):
                folder.ledger.record(what)
            with FolderWriter(folder.winner) as writer:
                sha256 = writer.write_tensors(specs, tensors.items())
                writer.write_text("config.json", json.dumps(CONFIG))
                writer.write_text("README.md", write_card(WrittenModel(recipe, sha256, CONFIG)))
            folder.ledger.record(Finished(sha256, verdict_to_json(verdict)), *facts)
        return tmp_path / "run"

    return make


@pytest.fixture
def hub(monkeypatch):
    """A Hub that this process may ask, as somebody who may write there."""
    with HubServer() as server:
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        monkeypatch.setenv("HF_TOKEN", server.token)
        yield server
