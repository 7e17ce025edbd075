"""Secrets are hidden wherever evomerge speaks."""

import pytest

from evomerge.errors import RecipeError, Stopped
from evomerge.redaction import keep_secret, without_secrets


@pytest.mark.parametrize(
    "text, hidden",
    [
        ("at https://me:sesame@h/x", "at https://***@h/x"),
        ("at https://sesame@h:8/x?a=b", "at https://***@h:8/x?a=b"),
        ("GET http://h/x?key=sesame&b=1", "GET http://h/x?key=***&b=1"),
        ("http://h/?x=1&api_key=sesame", "http://h/?x=1&api_key=***"),
        ("http://h/?X-Amz-Signature=sesame'", "http://h/?X-Amz-Signature=***'"),
        ("me@example.com and http://h/p@q", "me@example.com and http://h/p@q"),
        ("https://h/x?page=2", "https://h/x?page=2"),
        ("at https://me:p/w@rd@h/x, ok", "at https://***@h/x, ok"),
        ("http://localhost:8000/v1 to me@h", "http://localhost:8000/v1 to me@h"),
        ("{'Authorization': 'Bearer oats-and-honey'}", "{'Authorization': 'Bearer ***'}"),
        ("Authorization: Basic c2VzYW1l==\nnext", "Authorization: Basic ***\nnext"),
        ("x-api-key: sesame, more", "x-api-key: ***, more"),
        ("b'authorization': b'token sesame'", "b'authorization': b'token ***'"),
        ("sent bearer oats-and-honey", "sent bearer ***"),
        ("hf_" + "a" * 34 + " and sk-proj-" + "b" * 20, "*** and ***"),
        ("the bearer of max_tokens=5, key: value", "the bearer of max_tokens=5, key: value"),
    ],
)
def test_names_passwords_and_keys_of_addresses(text, hidden):
    assert without_secrets(text) == hidden


def test_keys_in_use_and_tokens_of_the_environment(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_sesame")
    assert keep_secret("open-barley") == "open-barley"
    assert without_secrets("Bearer open-barley, hf_sesame") == "Bearer ***, ***"
    monkeypatch.setenv("SOMEBODYS_API_KEY", "rye-and-barley")
    monkeypatch.setenv("SOMEBODYS_TOKEN_PATH", "/home/me/.token")
    assert without_secrets("rye-and-barley in /home/me/.token") == "*** in /home/me/.token"
    monkeypatch.setenv("HF_TOKEN", "a")  # too short to be told from a letter
    assert without_secrets("a text") == "a text"


def test_no_error_says_one():
    keep_secret("open-barley")
    for error in (Stopped("key open-barley"), RecipeError("http://u:p4ss@h/")):
        assert "barley" not in repr(error)
        assert "p4ss" not in str(error)
