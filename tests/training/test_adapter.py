import json
from dataclasses import replace

import pytest

from evomerge.errors import ParentError
from evomerge.ledger import Cost, ItemNumbers
from evomerge.ledger.encoding import decode, encode
from evomerge.recipe import Training
from evomerge.training.adapter import RECORD, Adapter


def an_adapter(folder):
    return Adapter(
        folder=folder,
        base="zoo:base",
        base_sha256="b" * 64,
        weights_sha256="w" * 64,
        data_sha256="d" * 64,
        settings=Training.model_validate({"rank": 4, "from": "zoo:base", "target": ["q_proj"]}),
        seed=3,
        examples={"human": 4},
        left_out=1,
        versions={"torch": "2"},
        device="cpu",
        steps=200,
        tokens=4096,
        seconds=0.1 + 0.2,
        loss=1 / 3,
    )


def test_what_is_written_is_read_again(tmp_path):
    adapter = an_adapter(tmp_path)
    (tmp_path / RECORD).write_text(json.dumps(adapter.plain()))
    assert Adapter.read(tmp_path) == adapter
    assert adapter.plain()["settings"]["from"] == "zoo:base"


def test_a_ledger_records_all_of_it(tmp_path):
    adapter = an_adapter(tmp_path / "adapters" / "cycle-1")
    event = adapter.event(1, tmp_path, 2.5)
    assert (event.cycle, event.folder) == (1, "adapters/cycle-1")
    assert event.cost == Cost(0.0, 0.1 + 0.2, 0.0, 4096, 2.5)
    assert event.settings["target"] == ["q_proj"]
    numbers = ItemNumbers()
    assert decode(*encode(event, numbers), numbers) == event


@pytest.mark.parametrize(
    "text, said",
    [
        (None, "cannot be read"),
        ("[]", "not a JSON object"),
        ("{}", "base"),
        (json.dumps({**replace(an_adapter(None)).plain(), "steps": "many"}), "steps"),
        (json.dumps({**an_adapter(None).plain(), "settings": {"rank": 0}}), r"settings\.rank"),
    ],
)
def test_what_is_none_is_told(tmp_path, text, said):
    if text is not None:
        (tmp_path / RECORD).write_text(text)
    with pytest.raises(ParentError, match=said):
        Adapter.read(tmp_path)
