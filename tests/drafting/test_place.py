"""How recipes name what is on this machine."""

import pytest

from evomerge.drafting.place import named_from
from evomerge.errors import UserError


def test_what_is_in_the_recipes_folder_is_named_from_there(tmp_path, monkeypatch):
    for name in ("home/math", "home/sub/a+b", "elsewhere", "org/model"):
        (tmp_path / name).mkdir(parents=True)
    home = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    assert named_from(home, "home/math") == "./math"
    assert named_from(home, str(home / "sub/a+b")) == "./sub/a+b"
    assert named_from(home, "elsewhere") == str(tmp_path / "elsewhere")
    assert named_from(home, "home") == str(home)
    assert named_from(home, "home/math+elsewhere") == f"./math+{tmp_path / 'elsewhere'}"
    assert named_from(home, "org/model") == str(tmp_path / "org/model")


@pytest.mark.parametrize("name", ["zoo:base", "org/model@main", "s3://bucket/model", "a/b+c/d"])
def test_other_names_stay_as_they_are(tmp_path, name):
    assert named_from(tmp_path, name) == name


def test_names_that_no_text_holds_are_refused(tmp_path):
    with pytest.raises(UserError, match="rename it"):
        named_from(tmp_path, "a\udc80")
