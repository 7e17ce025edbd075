import json
from dataclasses import replace

import pytest

from evomerge.errors import RunFolderError
from evomerge.reading.manifest import MANIFEST_FILE
from evomerge.report.reading import read
from evomerge.report.winner import manifest_of_winner, model_folder


@pytest.fixture
def winner(tmp_path):
    folder = tmp_path / "winner"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"12")
    said = {"tensors": {}, "files": {}, "sizes": {"model.safetensors": 2}}
    (folder / MANIFEST_FILE).write_text(json.dumps(said))
    return folder


def told(winner):
    with pytest.raises(RunFolderError) as caught:
        manifest_of_winner(winner.parent, winner)
    assert str(caught.value).endswith(f"`evomerge promote {winner.parent} 0` writes it anew")
    return str(caught.value).partition("(")[2].partition(")")[0]


def test_where_tested_models_are(tmp_path):
    view = replace(read(()), quarantined=frozenset({0, 2}))
    places = [model_folder(tmp_path, view, n).relative_to(tmp_path).as_posix() for n in range(3)]
    assert places == ["quarantine/winner", "finalists/1", "quarantine/finalists/2"]


def test_a_winner_that_is_there(winner):
    assert manifest_of_winner(winner.parent, winner).sizes == {"model.safetensors": 2}


def test_a_winner_that_was_emptied_or_deleted(winner):
    (winner / "model.safetensors").write_bytes(b"")
    assert told(winner) == "model.safetensors has 0 bytes, and had 2"
    (winner / "model.safetensors").unlink()
    assert told(winner) == "model.safetensors is gone, and was there"
    (winner / MANIFEST_FILE).unlink()
    assert told(winner) == "no manifest.json is there"
    winner.rmdir()
    assert told(winner) == "no manifest.json is there"
