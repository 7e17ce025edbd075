"""What a run was begun with, as it stands in a ledger."""

import json
from pathlib import Path

from evomerge.ledger import Registry
from evomerge.permissions import Permissions
from evomerge.run.folder.options import Options, registry_option

OPTIONS = Options(
    2,
    "cpu",
    Permissions((Path("/tasks"), Path("/more")), True, ("h:1=KEY",), folder=Path("/recipe")),
    accept_format=False,
    anyway=True,
    registry="/x/openings.jsonl",
    track=("mlflow", "wandb"),
)


def test_options_come_back_from_a_ledger_as_they_were():
    plain = json.loads(json.dumps(OPTIONS.plain()))
    assert plain["include_paths"] == ["/tasks", "/more"]
    assert Options.from_plain(plain) == OPTIONS
    assert plain["allow_judges"] == ["h:1=KEY"]


def test_what_an_earlier_version_did_not_record_is_the_default():
    assert Options.from_plain({"workers": 3, "device": "cpu"}) == Options(3, "cpu")


def test_a_registry_is_named_by_its_whole_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert registry_option(Registry(None)) == "none"
    assert registry_option(Registry(Path("o.jsonl"))) == str(tmp_path / "o.jsonl")
