"""What a gain in gold_logprob is held against: wrong answers, and the task's own metric."""

import json
import math
import random
from statistics import fmean, stdev

import pytest

from evomerge.engine.request import Generated, Generation, Likely
from evomerge.recipe import FitnessTerm
from evomerge.score.audits.gold_flags import Gain, gold_flags
from evomerge.score.tasks.task import Task
from evomerge.zoo import TASKS
from tests.score.agreement import answers_of
from tests.score.recorder import build, recorder_for
from tests.score.small_tasks import ROWS, chat_model


def built(file, recorder, chat=False, metric="gold_logprob", **more):
    task = Task(FitnessTerm(task=str(file), metric=metric, **more))
    return task, build(task, recorder, chat)


def companions(file, recorder, chat=False, **more):
    task, items = built(file, recorder, chat, **more)
    return items, {one.what: one for one in task.companions(items, recorder, chat)}


def said(recorder, request):
    """Prompt and answer of a request, as text."""
    tokens = request.tokens
    cut = len(tokens) - request.scored
    return recorder.tokenizer.decode(tokens[:cut]), recorder.tokenizer.decode(tokens[cut:]).strip()


@pytest.mark.parametrize("kind", ["generation", "loglikelihood"])
@pytest.mark.parametrize("fewshot", [None, 2])
def test_other_items_answers_stand_after_the_same_prompt(task_file, recorder, kind, fewshot):
    items, found = companions(task_file(kind), recorder, num_fewshot=fewshot)
    control = found["control"]
    assert [item.id for item in control.items] == [item.id for item in items]
    assert {item.task for item in control.items} == {f"{kind} control"}
    golds = {row["answer"] for row in ROWS}
    for item, other in zip(items, control.items, strict=True):
        (own,), (wrong,) = item.requests, other.requests
        (prompt, gold), (same, answer) = said(recorder, own), said(recorder, wrong)
        assert same == prompt
        assert answer in golds - {gold}
        assert abs(wrong.scored - own.scored) <= 1
    answers = [said(recorder, item.requests[0])[1] for item in control.items]
    assert sorted(answers) == sorted(row["answer"] for row in ROWS)


def test_wrong_choices_are_their_own_control(task_file, recorder):
    items, found = companions(task_file("choice"), recorder)
    for item, other, row in zip(items, found["control"].items, ROWS, strict=True):
        wrong = {said(recorder, request)[1] for request in other.requests}
        assert wrong == set(row["wrong"]) - {row["answer"]}
        assert {said(recorder, r)[0] for r in other.requests} == {said(recorder, *item.requests)[0]}
    grader = found["control"].grader
    answers = [tuple(Likely(-float(n), False) for n, _ in enumerate(item.requests))
               for item in found["control"].items]  # fmt: skip
    scores = grader.grade(found["control"].items, answers)
    for score, item, answered in zip(scores, found["control"].items, answers, strict=True):
        pairs = zip(answered, item.requests, strict=True)
        assert score.value == pytest.approx(fmean(a.logprob / r.scored for a, r in pairs))
        assert (score.task, score.item) == item.key
    assert grader.regrade(found["control"].items, answers) == scores


@pytest.mark.parametrize("golds", [["yes", "no"], ["yes"] * 3 + ["no"], ["Yes", "yes ", "no"]])
def test_an_answer_that_is_right_as_well_is_no_control(task_file, recorder, golds):
    rows = [{**row, "answer": golds[n % len(golds)]} for n, row in enumerate(ROWS)]
    items, found = companions(task_file("generation", rows=rows), recorder)
    assert len(found["control"].items) == len(items)
    for item, other in zip(items, found["control"].items, strict=True):
        (_, own), (_, wrong) = said(recorder, *item.requests), said(recorder, *other.requests)
        assert own.casefold() != wrong.casefold()


def test_of_several_right_answers_none_is_a_control(tmp_path, task_file, recorder):
    rows = [{**row, "answers": [row["answer"], "7", str(n % 3)]} for n, row in enumerate(ROWS)]
    file = task_file("generation", rows=rows)
    several = tmp_path / "several.yaml"
    several.write_text(file.read_text().replace('"{{answer}}"', "answers"))
    items, found = companions(several, recorder)
    control = found["control"]
    for item, other in zip(items, control.items, strict=True):
        own = {said(recorder, request)[1] for request in item.requests}
        assert not own & {said(recorder, request)[1] for request in other.requests}
    (first, *_) = control.items
    answers = [tuple(Likely(-1.0 - n, False) for n, _ in enumerate(first.requests))]
    means = [a.logprob / r.scored for a, r in zip(*answers, first.requests, strict=True)]
    assert control.grader.grade([first], answers)[0].value == max(means)


def test_where_all_answers_are_the_same_there_is_no_control(task_file, recorder):
    rows = [{**row, "answer": "7"} for row in ROWS]
    _, found = companions(task_file("generation", rows=rows), recorder)
    assert set(found) == {"accuracy"}


def test_a_text_has_neither(tmp_path, recorder):
    (tmp_path / "text.txt").write_text("1 + 2 in digits = 3\n\n4 + 4 in digits = 8\n")
    term = FitnessTerm(text=str(tmp_path / "text.txt"), metric="gold_logprob")
    task = Task(term)
    assert task.companions(build(task, recorder, False), recorder, False) == []


@pytest.mark.parametrize("metric", ["exact_match,raw", "exact_match,digits"])
def test_other_measures_have_no_companions(task_file, recorder, metric):
    task, items = built(task_file("generation"), recorder, metric=metric)
    assert task.companions(items, recorder, False) == []


@pytest.mark.parametrize(
    "kind, metric",
    [("generation", "exact_match,digits"), ("choice", "acc"), ("loglikelihood", "acc")],
)
@pytest.mark.parametrize("chat", [False, True])
def test_accuracy_is_the_tasks_own_metric_asked_as_ever(task_file, tmp_path, kind, metric, chat):
    recorder = recorder_for(chat_model(tmp_path / "chat"))
    file = task_file(kind)
    items, found = companions(file, recorder, chat, num_fewshot=2)
    plain, expected = built(file, recorder, chat, metric, num_fewshot=2)
    accuracy = found["accuracy"]
    assert [item.requests for item in accuracy.items] == [item.requests for item in expected]
    assert [item.id for item in accuracy.items] == [item.id for item in items]
    assert {item.task for item in accuracy.items} == {f"{kind} accuracy"}
    answers = answers_of("zoo:arithmetic", expected)
    ours = accuracy.grader.grade(accuracy.items, answers)
    theirs = plain.grading.grade(expected, answers)
    assert [score.value for score in ours] == [score.value for score in theirs]


def test_some_items_have_their_companions_among_themselves(task_file, recorder):
    task, items = built(task_file("generation"), recorder)
    some = items[5:15]
    control, accuracy = task.companions(some, recorder, False)
    assert [i.id for i in control.items] == [i.id for i in accuracy.items] == [i.id for i in some]
    answers = sorted(said(recorder, *item.requests)[1] for item in control.items)
    assert answers == sorted(item.gold for item in some)


@pytest.mark.parametrize(
    "change",
    [
        ("max_gen_toks: 5", "max_gen_toks: 5, do_sample: true, temperature: 1.0"),
        ("exact_match, aggregation: mean", "bleu, aggregation: bleu"),
    ],
)
def test_a_task_that_cannot_be_scored_itself_has_no_accuracy(task_file, recorder, change):
    file = task_file("generation")
    file.write_text(file.read_text().replace(*change).replace(", ignore_case: true", ""))
    _, found = companions(file, recorder)
    assert set(found) == {"control"}


def gain(ours, theirs):
    both = zip(ours, theirs, strict=True)
    differences = [a.value - b.value for a, b in both]
    return Gain(fmean(differences), stdev(differences) / math.sqrt(len(differences)))


def gains(file, winner, parent):
    """Of a model over another on a task: the log-probability, and its companions."""
    recorder = recorder_for(winner)
    task, items = built(file, recorder)
    own = [task.grading.grade(items, answers_of(model, items)) for model in (winner, parent)]
    return gain(*own), *(
        gain(*(one.grader.grade(one.items, answers_of(m, one.items)) for m in (winner, parent)))
        for one in task.companions(items, recorder, False)
    )


def dealt(folder, shuffle):
    """Sums, their answers dealt out anew or not."""
    lines = (TASKS / "arithmetic.jsonl").read_text().splitlines()[:150]
    rows = [json.loads(line) for line in lines]
    answers = [row["answer"] for row in rows]
    if shuffle:
        random.Random(3).shuffle(answers)
    made = [{**row, "answer": a} for row, a in zip(rows, answers, strict=True)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in made))
    text = (TASKS / "arithmetic.yaml").read_text()
    file = folder / "dealt.yaml"
    file.write_text(
        text.replace("zoo_arithmetic", "dealt").replace("arithmetic.jsonl", "rows.jsonl")
    )
    return file


def test_a_real_gain_in_sums_is_not_flagged(tmp_path):
    own, control, accuracy = gains(dealt(tmp_path, False), "zoo:arithmetic", "zoo:base")
    assert own.value > 10 * own.error
    assert gold_flags("sums", own, control, accuracy) == []


def test_a_gain_where_nothing_can_be_known_is_flagged(tmp_path):
    own, control, accuracy = gains(dealt(tmp_path, True), "zoo:base", "zoo:arithmetic")
    assert own.value > 5 * own.error
    found = {flag.what: flag for flag in gold_flags("sums", own, control, accuracy)}
    assert set(found) == {"gold_control", "gold_accuracy"}
    assert found["gold_control"].sentence.startswith("sums: the log-probability of the right")


@pytest.mark.parametrize(
    "own, control, accuracy, expected",
    [
        ((1.0, 0.1), (0.0, 0.1), (0.2, 0.05), set()),
        ((1.0, 0.1), (-2.0, 0.1), (0.2, 0.05), set()),
        ((1.0, 0.1), (0.95, 0.1), (0.2, 0.05), {"gold_control"}),
        ((1.0, 0.1), (1.5, 0.1), (0.2, 0.05), {"gold_control"}),
        ((1.0, 0.01), (0.7, 0.01), (0.2, 0.05), set()),
        ((1.0, 0.1), (0.0, 0.1), (0.0, 0.0), {"gold_accuracy"}),
        ((1.0, 0.1), (0.9, 0.1), (-0.1, 0.02), {"gold_accuracy", "gold_control"}),
        ((0.1, 0.1), (0.1, 0.1), (0.0, 0.0), set()),
        ((-1.0, 0.1), (-1.0, 0.1), (-0.2, 0.1), set()),
        ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0), set()),
        ((1.0, 0.0), (1.0, 0.0), (0.1, 0.0), {"gold_control"}),
        ((1.0, 0.1), None, None, set()),
    ],
)
def test_flags_of_a_gold_log_probability(own, control, accuracy, expected):
    made = [Gain(*one) if one is not None else None for one in (control, accuracy)]
    flags = gold_flags("t", Gain(*own), *made)
    assert {flag.what for flag in flags} == expected
    assert all(flag.task == "t" and flag.sentence.startswith("t: ") for flag in flags)


def test_generations_and_likelihoods_are_told_apart(task_file, recorder):
    _, found = companions(task_file("generation"), recorder)
    (request,) = found["accuracy"].items[0].requests
    assert isinstance(request, Generation)
    answers = [(Generated(item.gold, 3, True),) for item in found["accuracy"].items]
    scores = found["accuracy"].grader.grade(found["accuracy"].items, answers)
    assert {score.value for score in scores} == {1.0}
