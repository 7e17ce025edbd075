"""Files written to a Hub, by the requests that huggingface_hub really makes."""

import pytest
from huggingface_hub import constants

from evomerge.errors import EvomergeError, UserError
from evomerge.run.publishing import hub as module
from evomerge.run.publishing.hub import Pushed, require_repo, upload
from tests.hub_server import COMMIT


@pytest.fixture
def files(tmp_path):
    made = {"README.md": b"# x", "model.safetensors": bytes(3000), "a/b.json": b"{}"}
    for name, data in made.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in made}


def push(files, repo="org/name", private=False, revision=None):
    return upload(files, repo, "A winner", private=private, revision=revision)


def test_a_repository_is_made_and_gets_everything_in_one_commit(hub, files):
    done = push(files)
    assert done == Pushed("org/name", "main", COMMIT, f"{hub.url}/org/name/tree/main")
    assert hub.files["org/name", "main"] == {n: f.read_bytes() for n, f in files.items()}
    assert hub.messages == ["A winner"]
    assert hub.private == {"org/name": False}


def test_one_that_is_there_is_written_to_and_a_branch_is_made(hub, files):
    push(files)
    done = push(files, revision="second")
    push(files, revision="second")
    assert done.url.endswith("/tree/second")
    assert hub.branches["org/name"] == {"main", "second"}
    assert hub.files["org/name", "second"].keys() == files.keys()


def test_without_an_owner_it_is_the_tokens(hub, files):
    assert push(files, "name", private=True).repo == "someone/name"
    assert hub.private == {"someone/name": True}


def test_what_is_to_be_private_does_not_go_where_all_can_read_it(hub, files):
    push(files)
    before = len(hub.messages)
    with pytest.raises(UserError, match="is there already, and public"):
        push(files, private=True)
    assert len(hub.messages) == before


def test_a_token_that_may_not_write_is_not_told(hub, files, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_wrong_token_that_is_secret")
    with pytest.raises(UserError) as caught:
        push(files)
    assert "does not let this token write there" in str(caught.value)
    assert "hf_wrong" not in str(caught.value)


@pytest.mark.parametrize("step", ["preupload", "storage", "commit/", "branch/"])
def test_a_hub_that_fails_is_told_and_nothing_is_there(hub, files, step):
    hub.fails = step
    with pytest.raises(EvomergeError, match=r"org/name: "):
        push(files, revision="x")
    assert hub.files == {}


def test_what_the_hub_does_not_take_is_told(hub, files):
    with pytest.raises(UserError, match=r"no name that the Hub takes .*correct the name"):
        push(files, "org/na--me")


def test_a_hub_that_is_not_there(hub, files, monkeypatch):
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(EvomergeError, match=r"org/name: was not pushed \(.*\); push again"):
        push(files)


def test_what_is_checked_before_anything_is_read(hub, monkeypatch):
    require_repo("org/name")
    with pytest.raises(UserError, match="no name of a repository"):
        require_repo("a/b/c")
    monkeypatch.setattr(module, "get_token", lambda: None)
    with pytest.raises(UserError, match=r"no token of the Hub.*hf auth login"):
        require_repo("org/name")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(UserError, match="HF_HUB_OFFLINE"):
        require_repo("org/name")
