"""What is printed of a recipe that was drafted, and of files that are refused."""

import re
from pathlib import Path

import pytest

from evomerge.cli.drafted import print_drafted
from evomerge.drafting.drafting import Drafted
from evomerge.run.checks.checked import Checked, Space
from tests.cli.calling import call
from tests.drafting.written import sums, write_csv, write_jsonl


def test_it_says_what_it_chose_and_what_to_do_next(capsys):
    notes = ("proof: much", "vocabulary: odd", "caution: beware \x1b[31m")
    checked = Checked((), Space(0, 0, 0), notes)
    print_drafted(Drafted(Path("my recipe.yaml"), ("base: b",), checked), [Path("tasks")])
    assert capsys.readouterr().out.splitlines() == [
        "base: b",
        "proof: much",
        r"caution: beware \x1b[31m",
        "wrote my recipe.yaml",
        "next:",
        "  evomerge check 'my recipe.yaml' --include-path tasks",
        "  evomerge run 'my recipe.yaml' --include-path tasks",
    ]


FILES = {
    "two candidates": (sums(30, prompt="x"), "say --question question or --question prompt"),
    "no answers": ([{"question": "a"}] * 30, "say --answer COLUMN"),
    "empty cells": ([*sums(30), {"question": "x", "answer": ""}], "row 31: .* fill it in"),
    "repeated": (sums(30) + sums(1), "row 31: '0 \\+ 0 =' stands in a row before; keep each"),
    "beyond": (sums(30, choices=["a", "b"], answer=5), "names no choice of 2; write the right"),
    "mixed": (sums(30) + sums(31, choices=["a", "b"])[30:], "'choices' is no list of two"),
}


@pytest.mark.parametrize(("rows", "why"), FILES.values(), ids=FILES)
def test_files_that_are_unclear_are_refused_with_what_to_do(tmp_path, monkeypatch, rows, why):
    monkeypatch.chdir(tmp_path)
    file = write_jsonl(tmp_path / "f.jsonl", rows)
    done = call("init", "zoo:french", "--items", file)
    assert done.exit_code == 2
    assert re.search(why, done.stderr), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["f.jsonl"]


def test_hostile_names_are_shown_as_texts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = write_csv(tmp_path / "f.csv", ["\x1b[31m<script>", "answer"], [["a", "b"]] * 30)
    done = call("init", "zoo:french", "--items", file)
    assert done.exit_code == 2
    assert "\x1b" not in done.stderr
    assert "say --question" in done.stderr
