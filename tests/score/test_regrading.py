"""Answers graded a second time: the same grades if the answers alone decide, whoever judges."""

import random
import textwrap
from functools import partial

import numpy as np
import pytest
import torch

from evomerge.engine.request import Generated, Generation, Likely
from evomerge.errors import Stopped
from evomerge.ledger import ItemScore, Split
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm, JudgeSettings
from evomerge.score.benchmark import Benchmark
from evomerge.score.grading import grading
from evomerge.score.grading.disagreement import disagreements
from evomerge.score.judges.endpoint import Endpoint
from evomerge.score.library.own_code import judged_by_own_code
from evomerge.score.tasks.task import Task
from evomerge.score.tasks.term import Term
from tests.score.agreement import answers_of
from tests.score.judges.served import LOCAL, serving, shorter
from tests.score.recorder import build
from tests.score.small_tasks import ROWS


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    """Seconds that were to be slept, and that the clock then is ahead: most of what this would
    take.
    """
    slept = []
    monkeypatch.setattr(grading, "monotonic", lambda: sum(slept))
    monkeypatch.setattr(grading, "sleep", slept.append)
    return slept


def graded_twice(task, items, answers):
    first = task.grading.grade(items, answers)
    again = task.grading.regrade(items, answers)
    assert [score.item for score in again] == [item.id for item in items]
    assert {score.task for score in again} == {task.name}
    return disagreements(first, again).get(task.name, 0)


def said(items, seed=0):
    """Answers of all kinds, some of them right."""
    draw = np.random.default_rng(seed)
    made = []
    for item in items:
        texts = [item.gold.strip(), " 12 or so", "", "x", f"{draw.integers(99)}"]
        made.append(
            tuple(
                Generated(texts[draw.integers(len(texts))], 3, True)
                if isinstance(request, Generation)
                else Likely(-float(draw.random()), bool(draw.random() < 0.5))
                for request in item.requests
            )
        )
    return made


@pytest.mark.parametrize(
    "kind, metric",
    [
        ("choice", "acc"),
        ("choice", "acc_norm"),
        ("choice", "gold_logprob"),
        ("generation", "exact_match,digits"),
        ("generation", "gold_logprob"),
        ("loglikelihood", "perplexity"),
        ("rolling", "word_perplexity"),
    ],
)
def test_a_metric_gives_the_same_at_once(task_file, recorder, no_pause, kind, metric):
    task = Task(FitnessTerm(task=str(task_file(kind)), metric=metric))
    items = build(task, recorder, False)
    assert not judged_by_own_code(task._task)
    assert graded_twice(task, items, said(items)) == 0
    assert no_pause == []
    named = metric.partition(",")[0]
    assert task.grading.judge == (
        "the log-probability of the gold answer"
        if metric == "gold_logprob"
        else f"metric {named} of the task"
    )


def test_real_answers_get_the_same_grades(task_file, recorder):
    task = Task(FitnessTerm(task=str(task_file("generation")), metric="exact_match,raw"))
    items = build(task, recorder, False)
    assert graded_twice(task, items, answers_of("zoo:arithmetic", items)) == 0


OWN = """
import random, time
from datetime import date, datetime

import numpy as np
import torch

CALLS = 0

def right(doc, results):
    return float(str(results[0]).strip() == doc["answer"])

def pure(doc, results):
    return {"exact_match": right(doc, results)}

def by_the_clock(doc, results):
    return {"exact_match": int(time.time()) % 2}

def by_the_day(doc, results):
    return {"exact_match": date.today().weekday() > 4}

def by_the_hour(doc, results):
    return {"exact_match": datetime.now().hour < 12}

def by_chance(doc, results):
    return {"exact_match": random.random() < 0.5}

def by_numpys_chance(doc, results):
    return {"exact_match": np.random.rand() < 0.5}

def by_torchs_chance(doc, results):
    return {"exact_match": float(torch.rand(())) < 0.5}

def by_the_count(doc, results):
    global CALLS
    CALLS += 1
    return {"exact_match": CALLS % 2}

def lucky(doc):
    return doc["answer"] if random.random() < 0.5 else "12"

def first_half(resps, docs):
    half = len(resps) // 2
    return [[r if place < half else "" for r in said] for place, said in enumerate(resps)]
"""


def own_task(task_file, extra, swap=("", "")):
    file = task_file("generation")
    (file.parent / "own.py").write_text(OWN)
    text = file.read_text().replace(*swap)
    for key, value in extra.items():
        lines = [line for line in text.splitlines() if not line.startswith(f"{key}:")]
        text = "\n".join([*lines, f"{key}: {value}"]) + "\n"
    file.write_text(text)
    return Task(FitnessTerm(task=str(file), metric="exact_match,raw"), Permissions((file.parent,)))


@pytest.mark.parametrize(
    "name",
    [
        "by_the_clock",
        "by_the_day",
        "by_the_hour",
        "by_chance",
        "by_numpys_chance",
        "by_torchs_chance",
        "by_the_count",
    ],
)
def test_code_of_a_task_that_reads_more_than_the_answer_is_found(
    task_file, recorder, no_pause, name
):
    task = own_task(task_file, {"process_results": f"!function own.{name}"})
    items = build(task, recorder, False)
    assert graded_twice(task, items, said(items)) > 0
    assert no_pause == [grading.PAUSE_S]
    assert task.grading.judge == "metric exact_match of the task"


def test_honest_code_of_a_task_passes_and_chance_goes_on_as_before(task_file, recorder, no_pause):
    task = own_task(task_file, {"process_results": "!function own.pure"})
    items = build(task, recorder, False)
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    expected = random.random(), np.random.rand(), float(torch.rand(()))
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    assert graded_twice(task, items, said(items)) == 0
    assert (random.random(), np.random.rand(), float(torch.rand(()))) == expected
    assert no_pause == [grading.PAUSE_S]


def test_right_answers_by_chance_are_found_though_they_are_remembered(task_file, recorder):
    task = own_task(task_file, {"doc_to_target": "!function own.lucky"})
    items = build(task, recorder, False)
    answers = [(Generated(row["answer"], 3, True),) for row in ROWS]
    assert task.grading.grade(items, answers) == task.grading.grade(items, answers)
    assert graded_twice(task, items, answers) > 0
    assert task.grading.grade(items, answers) == task.grading.grade(items, answers)


def test_a_filter_that_minds_the_order_is_found(task_file, recorder):
    own = "{function: custom, filter_fn: !function own.first_half}"
    task = own_task(task_file, {}, ("{function: remove_whitespace}", own))
    items = build(task, recorder, False)
    answers = [(Generated(row["answer"], 3, True),) for row in ROWS]
    assert graded_twice(task, items, answers) > 0


def by_function(folder, task_file, source):
    (folder / "judge.py").write_text(textwrap.dedent(source))
    term = FitnessTerm(
        task=str(task_file("generation")), python=f"{folder}/judge.py:polite", filter="raw"
    )
    return Task(term, Permissions(allow_python=True))


@pytest.mark.parametrize(
    "body, differs",
    [
        ("return len(answer)", False),
        ("return time.time() % 1", True),
        ("return hash(answer) % 100", True),
    ],
)
def test_a_function_is_asked_again_in_a_fresh_process(
    tmp_path, task_file, recorder, no_pause, body, differs
):
    task = by_function(tmp_path, task_file, f"import time\ndef polite(doc, answer):\n    {body}\n")
    items = build(task, recorder, False)
    assert (graded_twice(task, items, said(items)) > 0) == differs
    assert no_pause == [grading.PAUSE_S]
    assert task.grading.judge == "python judge.py:polite"


def judged_at(server, task_file):
    settings = JudgeSettings(model="m", rubric="The shorter one is better.", url=server.url)
    return Task(FitnessTerm(task=str(task_file("generation")), judge=settings, filter="raw"), LOCAL)


def test_an_address_is_asked_everything_again(task_file, recorder, no_pause):
    with serving(shorter) as server:
        task = judged_at(server, task_file)
        items = build(task, recorder, False)
        answers = said(items)
        task.grading.grade(items, answers)
        before = [asked.prompt for asked in server.asked[2:]]  # without the trial on silence
        assert graded_twice(task, items, answers) == 0
        again = [asked.prompt for asked in server.asked[2 + len(before) :]]
    assert set(before) <= set(again)
    assert before != again[: len(before)]
    assert task.grading.judge == "judge m"
    assert no_pause == [grading.PAUSE_S]


def test_an_address_that_wavers_is_found(task_file, recorder):
    with serving(lambda asked, n: "AB"[n // 7 % 2]) as server:
        task = judged_at(server, task_file)
        items = build(task, recorder, False)
        assert graded_twice(task, items, said(items)) > 0


def test_it_is_waited_for_as_long_as_nothing_was_judged(task_file, recorder, no_pause):
    task = own_task(task_file, {"process_results": "!function own.pure"})
    items = build(task, recorder, False)
    for answers in (said(items), said(items, 1)):
        task.grading.grade(items, answers)
    for answers in (said(items), said(items, 1)):
        task.grading.regrade(items, answers)
    assert no_pause == [grading.PAUSE_S, 0.0]


def test_what_another_session_judged_is_not_judged_again_at_once(task_file, recorder, no_pause):
    task = own_task(task_file, {"process_results": "!function own.pure"})
    items = build(task, recorder, False)
    task.grading.regrade(items, said(items))
    assert no_pause == [grading.PAUSE_S]


def test_an_address_that_has_gone_stops_the_run(task_file, recorder, monkeypatch):
    monkeypatch.setattr("evomerge.score.judges.judging.Endpoint", partial(Endpoint, wait_s=0.0))
    with serving(shorter) as server:
        task = judged_at(server, task_file)
        items = build(task, recorder, False)
    with pytest.raises(Stopped):
        task.grading.regrade(items, said(items))


PROGRAM = """
import time
x = {{{{answer.strip() or 0}}}}
{more}
assert x == {{{{answer_given}}}}
"""


@pytest.mark.parametrize("more, differs", [("", False), ("assert time.time_ns() // 10 % 2", True)])
def test_programs_are_run_again(task_file, recorder, more, differs):
    rows = [{**row, "answer_given": row["answer"]} for row in ROWS]
    program = PROGRAM.format(more=more)
    file = task_file("generation", rows=rows)
    task = Task(FitnessTerm(task=str(file), program=program, filter="raw"))
    items = build(task, recorder, False)
    answers = [(Generated(row["answer"], 3, True),) for row in rows]
    assert (graded_twice(task, items, answers) > 0) == differs
    assert task.grading.judge == "program"


def test_a_benchmark_grades_task_after_task_again(task_file, recorder, tmp_path):
    exact = Task(FitnessTerm(task=str(task_file("choice")), metric="acc"))
    clock = by_function(
        tmp_path, task_file, "import time\ndef polite(doc, answer): return time.time() % 1"
    )
    tasks = [exact, clock]
    splits = [{Split.SEARCH: build(task, recorder, False)} for task in tasks]
    for divided in splits:
        divided.update({Split.VALIDATION: [], Split.TEST: []})
    terms = [
        Term(task.name, task.metric, 1.0, task.grading, divided)
        for task, divided in zip(tasks, splits, strict=True)
    ]
    benchmark = Benchmark(terms)
    items = benchmark.items(Split.SEARCH)
    answers = said(items)
    first, again = benchmark.grade(items, answers), benchmark.regrade(items, answers)
    assert [(s.task, s.item) for s in first] == [(s.task, s.item) for s in again]
    assert disagreements(first, again) == {"generation": len(ROWS)}


def test_grades_that_differ_are_counted_by_task():
    first = [ItemScore("a", f"{n}", 0.5) for n in range(4)] + [ItemScore("b", "0", 1.0, 2.0)]
    assert disagreements(first, first[::-1]) == {}
    moved = [ItemScore("a", "0", np.nextafter(0.5, 1)), *first[1:4], ItemScore("b", "0", 1.0, 3.0)]
    assert disagreements(first, moved) == {"a": 1, "b": 1}
    with pytest.raises(ValueError, match="5 items were graded, and 4 or others again"):
        disagreements(first, first[1:])
