import json

import pytest

from evomerge.errors import ParentError
from evomerge.weights import open_parent
from tests.tiny import tiny_tensors, write_model


@pytest.mark.parametrize(
    "name, problem",
    [
        ("/nowhere/at/all", "no such folder, and not a Hub id"),
        ("zoo:unicorn", "the zoo has zoo:arithmetic, zoo:base"),
        ("../escape/model", "not a Hub id"),
    ],
)
def test_names_that_lead_nowhere_are_told(name, problem):
    with pytest.raises(ParentError, match=problem):
        open_parent(name)


def hub_cache(root, repo, commit, branch):
    """The Hub's cache as it stands after a download, made of a tiny model."""
    repository = root / f"models--{repo.replace('/', '--')}"
    write_model(repository / "snapshots" / commit, tiny_tensors(0))
    (repository / "refs").mkdir()
    (repository / "refs" / branch).write_text(commit)


def test_hub_models_come_from_the_cache_and_are_pinned(tmp_path, monkeypatch):
    commit = "0123456789abcdef0123456789abcdef01234567"
    hub_cache(tmp_path, "org/model", commit, "main")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    for name in ("org/model", "org/model@main", f"org/model@{commit}"):
        parent = open_parent(name)
        assert parent.pinned == f"org/model@{commit}"
        assert json.loads((parent.folder / "config.json").read_text())["model_type"] == "llama"
    with pytest.raises(ParentError, match="org/other"):
        open_parent("org/other@main")
