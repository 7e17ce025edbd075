"""Which addresses may be asked, and which key they are sent: the user's word, not the recipe's."""

import pytest

from evomerge.errors import RecipeError
from evomerge.permissions import Permissions
from evomerge.recipe import JudgeSettings
from evomerge.score.judges.address import Address, allowed_key


def key(url, *allowed, key_env=None):
    settings = JudgeSettings(model="m", rubric="r", url=url, key_env=key_env)
    return allowed_key(settings, Permissions(allow_judges=allowed))


@pytest.fixture(autouse=True)
def _keys(monkeypatch):
    monkeypatch.setenv("MINE", "sesame")
    monkeypatch.setenv("AWS_SECRET", "hunter2")


@pytest.mark.parametrize(
    "url, said",
    [
        ("https://h/v1", "--allow-judge h$"),
        ("http://h/v1", "--allow-judge h$"),
        ("http://localhost:8000/v1", "--allow-judge localhost:8000$"),
        ("http://127.0.0.1:2375", "--allow-judge 127.0.0.1:2375$"),
        ("http://[::1]:8000/v1", r"--allow-judge \[::1\]:8000$"),
    ],
)
def test_an_address_is_refused_until_the_user_allows_its_host_on_this_machine_too(url, said):
    with pytest.raises(RecipeError, match=f"questions and answers to .*{said}"):
        key(url, "other.host")
    assert key(url, said.split()[1].rstrip("$").replace("\\", "")) is None


def test_a_recipe_gets_no_key_by_naming_its_variable():
    with pytest.raises(RecipeError, match="--allow-judge h=AWS_SECRET"):
        key("https://h/v1", key_env="AWS_SECRET")
    with pytest.raises(RecipeError, match=r"not bound to that host.*--allow-judge h=AWS_SECRET"):
        key("https://h/v1", "h", key_env="AWS_SECRET")
    with pytest.raises(RecipeError, match=r"--allow-judge evil\.com=MINE"):
        key("https://evil.com/v1", "h=MINE", key_env="MINE")


def test_the_user_s_variable_is_sent_whatever_the_recipe_calls_it():
    assert key("https://h/v1", "h=MINE", key_env="AWS_SECRET") == "sesame"
    assert key("https://h/v1", "h=MINE") == "sesame"


def test_a_recipe_cannot_have_a_key_sent_without_encryption():
    with pytest.raises(RecipeError, match="--allow-judge http://h=MINE"):
        key("http://h/v1", "h=MINE")
    assert key("http://h/v1", "http://h=MINE") == "sesame"
    assert key("http://127.0.0.1:8/v1", "127.0.0.1:8=MINE") == "sesame"


def test_a_key_that_is_not_set_is_told_by_its_name(monkeypatch):
    monkeypatch.delenv("MINE")
    with pytest.raises(RecipeError, match="variable MINE is not set"):
        key("https://h/v1", "h=MINE")


@pytest.mark.parametrize(
    "url, host",
    [("https://H.com/v1", "h.com"), ("http://h.com:80/", "h.com"), ("https://h.com:8/", "h.com:8")],
)
def test_an_address_is_read_as_it_will_be_connected_to(url, host):
    assert str(Address.of(url)) == host


@pytest.mark.parametrize("url", ["http://[::1", "https://"])
def test_what_is_no_address_is_told(url):
    with pytest.raises(RecipeError, match="its url"):
        Address.of(url)
