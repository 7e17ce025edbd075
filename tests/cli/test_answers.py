import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge import evolve
from evomerge.cli.answers import print_answers
from evomerge.cli.printable import printable
from evomerge.recipe import parse_recipe
from evomerge.report.answers import AnsweredItem, ModelAnswer
from tests.cli.calling import call, write
from tests.run.small import TEXT


def test_an_item_is_printed_with_question_right_answer_answers_and_scores(capsys):
    given_ = [ModelAnswer("winner", "x = 4\nso 4", 1.0), ModelAnswer("zoo:base", "5", 0.25)]
    print_answers([AnsweredItem("sums", "ab12", 7, "test", "2 + 2 =", "4", given_)])
    assert capsys.readouterr().out == (
        "sums ab12 (test, document 7)\n"
        "  question: 2 + 2 =\n"
        "  right answer: 4\n"
        "  winner, score 1:\n    x = 4\n    so 4\n"
        "  zoo:base, score 0.25: 5\n\n"
    )


@pytest.mark.parametrize(
    "text, shown",
    [
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("a\rb", r"a\rb"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202edef", r"abc\u202edef"),
        ("half \ud83d", r"half \ud83d"),
        ("two\n\tlines, 日本語 ½ 👍🏽", "two\n\tlines, 日本語 ½ 👍🏽"),
    ],
)
def test_nothing_is_printed_that_a_terminal_obeys(text, shown):
    assert printable(text) == shown


@given(st.text(st.characters(codec=None)))
def test_what_is_printed_can_be_encoded_and_holds_no_control(text):
    shown = printable(text)
    shown.encode()
    assert not [c for c in shown if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return evolve(parse_recipe(TEXT), tmp_path_factory.mktemp("runs") / "run")


def test_a_run_shows_what_its_models_answered(run):
    done = call("answers", run.folder, "--task", "zoo_arithmetic", "--model", "zoo:largest")
    assert done.exit_code == 0
    assert done.stdout.count("question: ") == done.stdout.count("zoo:largest, score ") == 100
    for split in ("search", "validation", "test"):
        assert f"({split}, document" in done.stdout
    wrong = call("answers", run.folder, "--model", "winner", "--wrong").stdout
    assert "winner, score 0" in wrong
    assert "winner, score 1" not in wrong
    assert call("answers", run.folder, "--model", "nobody").exit_code == 2


def test_score_writes_every_answer_and_leaves_what_is_there_alone(work):
    recipe = write(work)
    done = call("score", "zoo:arithmetic", recipe, "--answers", "said.jsonl")
    assert done.exit_code == 0
    lines = [json.loads(line) for line in (work / "said.jsonl").read_text().splitlines()]
    printed = json.loads(done.stdout)["tasks"]
    for task, facts in printed.items():
        ours = {(line["item"], line["score"]) for line in lines if line["task"] == task}
        assert ours == {(item["item"], item["score"]) for item in facts["items"]}
    for line in lines:
        right = line["answer"].strip() == line["gold"]
        assert right == (line["score"] == 1.0)
        assert line["question"]
    before = (work / "said.jsonl").read_text()
    again = call("score", "zoo:arithmetic", recipe, "--answers", "said.jsonl")
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)
    assert call("score", "zoo:base", recipe, "--answers", "no/where.jsonl").exit_code == 2
    assert (work / "said.jsonl").read_text() == before
    assert {path.name for path in work.iterdir()} == {"small.yaml", "said.jsonl"}
