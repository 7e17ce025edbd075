"""Answers that a task's own code cannot take cost the trial, and are told before a run."""

import pytest

from evomerge.engine.request import Generated
from evomerge.errors import TrialError
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.tasks.task import Task
from tests.score.recorder import build
from tests.score.small_tasks import write_task

CODE = """\
def number(doc, results):
    print("judging")
    return {"exact_match": float(int(results[0]) == int(doc["answer"]))}


def shouts(doc, results):
    kinds = {"7": KeyError, "8": SystemExit, "9": RecursionError}
    if results[0] in kinds:
        raise kinds[results[0]]("no room for it")
    return {"exact_match": 1.0}


def nothing(doc, results):
    return None if results[0] else {"exact_match": 1.0}


def words(doc, results):
    return {"exact_match": results[0] or 0.0}


def value(doc, results):
    return {"exact_match": float(results[0] or 0)}


def lists(doc, results):
    return {"exact_match": [float(c) for c in results[0]] or 0.0}


def refuses(doc, results):
    raise ValueError("not today")


def endless(values):
    if values[0] > 100:
        raise OverflowError("too much")
    return sum(values) / len(values)


def first_two(resps, docs):
    return [[answer.split()[1] for answer in resp] for resp in resps]


def all_at_once(resps, docs):
    if len(resps) > 1 and any("odd" in resp[0] for resp in resps):
        raise ValueError("one of these")
    return resps


def drops(resps, docs):
    return [resp for resp in resps if resp[0] != "odd"]
"""

METRICS = "metric_list:\n  - {metric: exact_match, aggregation: mean, higher_is_better: true"


@pytest.fixture
def judged(tmp_path, recorder):
    """A task, its filter or metric replaced, and its items."""

    def make(extra, filters=TAKE_FIRST, aggregation="mean"):
        file = write_task(tmp_path, "generation")
        text = file.read_text()
        text = text[: text.index("filter_list:")] + f"filter_list: [{{name: f, filter: {filters}}}]"
        text += f"\n{METRICS}}}\n{extra}\n".replace("mean,", f"{aggregation},")
        file.write_text(text)
        (tmp_path / "judge.py").write_text(CODE)
        term = FitnessTerm(task=str(file), metric="exact_match")
        task = Task(term, Permissions((tmp_path,)), "r.yaml:9: ")
        return task, build(task, recorder, False)

    return make


def grade(task, items, *texts):
    chosen = items[: len(texts)]
    return task.grading.grade(chosen, [(Generated(text, 1, True),) for text in texts])


TAKE_FIRST = '[{function: "take_first"}]'
FOURTH = r'[{function: regex, regex_pattern: "(\\d)", group_select: 3}, {function: take_first}]'
CUSTOM = "[{function: custom, filter_fn: !function judge.%s}, {function: take_first}]"


@pytest.mark.parametrize(
    "extra, filters, odd, cause",
    [
        ("process_results: !function judge.number", "", "four", "ValueError: invalid literal"),
        ("process_results: !function judge.shouts", "", "8", "SystemExit: no room for it"),
        ("process_results: !function judge.shouts", "", "9", "RecursionError: no room for it"),
        ("process_results: !function judge.shouts", "", "7", "KeyError: no room for it"),
        ("process_results: !function judge.nothing", "", "1", "what judges gave None, and not"),
        ("process_results: !function judge.words", "", "1 2", "is not a number per item, but '1 2"),
        ("process_results: !function judge.lists", "", "12", r"is not a number per item, but \[1"),
        ("process_results: !function judge.value", "", "inf", "exact_match is inf"),
        (
            "",
            FOURTH,
            "12",
            "the filter f: IndexError: list index out of range",
        ),
        ("", CUSTOM % "first_two", "one", "the filter f: IndexError: list index out of range"),
    ],
)
def test_the_item_and_the_cause_are_told(judged, capsys, extra, filters, odd, cause):
    task, items = judged(extra, filters or TAKE_FIRST)
    plain = "" if "number" not in extra else "4"
    if filters:
        plain = "1 2 3 4"
    with pytest.raises(TrialError, match=f"^item {items[1].id}: .*{cause}"):
        grade(task, items, plain, odd)
    assert capsys.readouterr().out == ""
    assert len(grade(task, items, plain, plain)) == 2


def test_a_filter_that_raises_on_all_answers_at_once_is_told(judged):
    task, items = judged("", CUSTOM % "all_at_once")
    assert len(grade(task, items[:1], "odd")) == 1
    with pytest.raises(TrialError, match=r"^the filter f, given all answers at once: ValueError: "):
        grade(task, items, "even", "odd")


def test_a_filter_that_leaves_an_answer_out_is_told_and_no_earlier_answer_is_judged(judged):
    task, items = judged("", CUSTOM % "drops")
    assert [s.value for s in grade(task, items, items[0].gold, items[1].gold)] == [1.0, 1.0]
    with pytest.raises(TrialError, match=f"^item {items[1].id}: the filter f gave nothing"):
        grade(task, items, items[0].gold, "odd")


def test_an_aggregation_that_raises_is_told(judged):
    extra = "process_results: !function judge.value"
    task, items = judged(extra, TAKE_FIRST, aggregation="!function judge.endless")
    assert [score.value for score in grade(task, items, "3", "4")] == [3.0, 4.0]
    with pytest.raises(TrialError, match=f"^item {items[1].id}: OverflowError: too much"):
        grade(task, items, "3", "101")
