"""A winner pushed from the command line."""

import json

from tests.cli.calling import call


def test_push_says_what_goes_and_where_it_is(finished, hub):
    run = finished()
    done = call("push", run, "org/name", "--private", "--revision", "first")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["url"] == f"{hub.url}/org/name/tree/first"
    assert "uploading config.json (" in done.stderr
    assert hub.private == {"org/name": True}


def test_push_says_what_to_do(finished, hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_wrong_token_that_is_secret")
    done = call("push", finished(), "org/name")
    assert done.exit_code == 2
    assert "hf auth login" in done.stderr
    assert "hf_wrong" not in done.stdout + done.stderr
