"""What the user allows, as it is said on the command line and matched with what a recipe asks."""

from pathlib import Path

import pytest

from evomerge.errors import UserError
from evomerge.permissions import AllowedJudge, Permissions, is_loopback


@pytest.mark.parametrize(
    "text, allowed",
    [
        ("api.example.com", AllowedJudge("api.example.com")),
        ("API.example.com=KEY", AllowedJudge("api.example.com", key_env="KEY")),
        ("localhost:8000", AllowedJudge("localhost", 8000)),
        ("[::1]:8000=K_1", AllowedJudge("::1", 8000, key_env="K_1")),
        ("https://h:8", AllowedJudge("h", 8)),
        ("http://10.0.0.5:8000=K", AllowedJudge("10.0.0.5", 8000, True, "K")),
    ],
)
def test_a_host_and_the_variable_that_is_bound_to_it(text, allowed):
    assert AllowedJudge.parse(text) == allowed


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "name a host"),
        ("=KEY", "name a host"),
        ("h/v1", "name a host"),
        ("user:sesame@h", "name a host"),
        ("h:port", "name a host"),
        ("ftp://h", "name a host"),
        ("[::1", "name a host"),
        ("h=", "no key belongs"),
        ("h=sk-sesame", "no key belongs"),
    ],
)
def test_what_names_no_host_or_holds_a_key_is_refused(text, said):
    with pytest.raises(UserError, match=said) as caught:
        Permissions(allow_judges=(text,))
    assert "sk-sesame" not in str(caught.value)


def test_a_host_without_a_port_is_that_host_at_any_port_and_no_other():
    allowed = Permissions(allow_judges=("h", "i:8=K"))
    assert allowed.judge_at("h", 80) == allowed.judge_at("H", 8000) == AllowedJudge("h")
    assert allowed.judge_at("i", 8) == AllowedJudge("i", 8, key_env="K")
    for host, port in (("i", 9), ("h.evil.com", 80), ("evil.h", 80), ("", 80)):
        assert allowed.judge_at(host, port) is None


def test_the_last_word_on_a_host_counts():
    allowed = Permissions(allow_judges=("h=OLD",)).and_judges(("h=NEW",))
    assert allowed.judge_at("h", 443) == AllowedJudge("h", key_env="NEW")
    assert allowed.and_judges(("h=OLD",)).judge_at("h", 443) == AllowedJudge("h", key_env="OLD")


def test_a_key_goes_encrypted_or_to_this_machine_unless_the_user_says_http():
    assert AllowedJudge("h").takes_key("https")
    assert not AllowedJudge("h").takes_key("http")
    assert AllowedJudge("h", is_plain=True).takes_key("http")
    assert AllowedJudge("127.0.0.1").takes_key("http")


def test_this_machine_is_known_by_names_that_no_network_decides():
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.8.8.8", "::1")))
    assert not any(map(is_loopback, ("0.0.0.0", "localhost.evil.com", "10.0.0.1", "", "host")))


def test_a_folder_that_was_included_is_trusted_with_all_in_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    allowed = Permissions((Path("tasks"),))
    assert allowed.trusts(tmp_path / "tasks" / "a" / "t.yaml")
    assert not allowed.trusts(tmp_path / "t.yaml")


def test_the_folder_of_a_resumed_run_s_recipe_stays_known(tmp_path):
    allowed = Permissions().of_recipe_in(tmp_path)
    assert allowed.folder == tmp_path
    assert allowed.of_recipe_in(None) == allowed
