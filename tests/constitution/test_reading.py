import hashlib
import os

import pytest

from evomerge.constitution.reading import parse_constitution, read_constitution
from evomerge.errors import RecipeError
from evomerge.recipe import ConstitutionSettings
from tests.constitution.small import SMALL, TEXT


def settings(file, **more):
    return ConstitutionSettings(file=str(file), judge={"python": "rule.py:rule"}, **more)


def test_a_file_is_read_and_named_by_its_content(tmp_path):
    file = tmp_path / "principles.yaml"
    file.write_text(TEXT)
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    assert read_constitution(settings(file)) == (SMALL, sha256)
    assert read_constitution(settings(file, sha256=sha256)) == (SMALL, sha256)
    file.write_text(TEXT + "\n")
    with pytest.raises(RecipeError, match=r"principles\.yaml: has changed since"):
        read_constitution(settings(file, sha256=sha256))


@pytest.mark.parametrize(
    "text, problem",
    [
        ("", "c.yaml: a constitution is a mapping of keys to values"),
        ("- a", "c.yaml: a constitution is a mapping of keys to values"),
        (TEXT + "more: 1", "c.yaml:17: unknown key 'more'"),
        ("principles: []\nlabelled: []", "c.yaml:1: principles: must have an entry or more"),
        ("principles: []", "the constitution lacks the key 'labelled'"),
        (TEXT.replace("verdict: ok", "verdict: fine"), r"c.yaml:13: labelled\[4\].verdict"),
        (TEXT.replace("name: brief", 'name: ""'), r"c.yaml:3: principles\[1\].name"),
        (TEXT.replace("prompt: hello", "prompt: [a]", 1), r"c.yaml:9: labelled\[0\].prompt"),
        (TEXT + TEXT, "c.yaml:17: the key 'principles' stands twice"),
        ("a: &x [1]\nb: *x", "c.yaml:2: aliases"),
        ("a: !!python/name:os.system", "c.yaml:1: "),
        ("a: " + "[" * 99 + "]" * 99, "c.yaml:1: nested deeper"),
        ("a: \x00", "c.yaml"),
        ("a: b: c", "c.yaml:1: not valid YAML"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(text, problem):
    with pytest.raises(RecipeError, match=problem):
        parse_constitution(text, "c.yaml")


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(RecipeError, match="cannot be read"):
        read_constitution(settings(tmp_path / "none.yaml"))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RecipeError, match="not a constitution"):
        read_constitution(settings(tmp_path / "pipe"))
    (tmp_path / "latin.yaml").write_bytes(b"a: \xff")
    with pytest.raises(RecipeError, match=r"latin\.yaml:1: is not UTF-8"):
        read_constitution(settings(tmp_path / "latin.yaml"))
