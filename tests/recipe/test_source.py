from pathlib import Path

import pytest

from evomerge.errors import RecipeError
from evomerge.reading.file_kind import RECIPE
from evomerge.recipe.source import parse_source, read_source


def test_lines_are_those_of_the_file():
    text = "a: 1\nb:\n  - c: 2\n    d: [3,\n        4]\n"
    data, source = parse_source(text, "r.yaml")
    assert data == {"a": 1, "b": [{"c": 2, "d": [3, 4]}]}
    assert source.at(("b", 0, "d")) == "r.yaml:4"
    assert source.at(("b", 0, "d", 1)) == "r.yaml:5"
    assert source.at(("b", 0, "unknown")) == "r.yaml:3"


@pytest.mark.parametrize("text, value", [("1e-4", 1e-4), ("1E3", 1e3), ("-2.5e-1", -0.25)])
def test_exponents_are_numbers(text, value):
    assert parse_source(f"a: {text}")[0]["a"] == value


@pytest.mark.parametrize(
    "text, problem",
    [
        ("a: &x 1\nb: *x\n", "r.yaml:2: aliases"),
        ("a: 1\na: 2\n", "r.yaml:2: the key 'a' stands twice"),
        ("a: " + "[" * 40 + "]" * 40, "r.yaml:1: nested deeper"),
        ("a: [1\n", "r.yaml:2: not valid YAML"),
        ("- a\n", "r.yaml: a recipe is a mapping"),
        ("", "r.yaml: a recipe is a mapping"),
        ("a: !!python/object/apply:os.system [ls]\n", "r.yaml:1: the tag"),
        ("a: !!python/name:os.system\n", "not valid YAML"),
    ],
)
def test_traps_are_refused_with_their_line(text, problem):
    with pytest.raises(RecipeError, match=problem.replace("*", r"\*")):
        parse_source(text, "r.yaml")


def test_a_bomb_is_refused_before_it_goes_off():
    levels = "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]\n" for i in range(1, 30))
    with pytest.raises(RecipeError, match="aliases"):
        parse_source("l0: &l0 [x]\n" + levels)


def test_large_or_absent_files_are_refused(tmp_path: Path):
    (tmp_path / "large.yaml").write_text("a: " + "x" * RECIPE.most)
    with pytest.raises(RecipeError, match="larger than"):
        read_source(tmp_path / "large.yaml")
    with pytest.raises(RecipeError, match="cannot be read"):
        read_source(tmp_path / "absent.yaml")
