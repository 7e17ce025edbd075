"""Prompts that are cut, turns that nobody hears, answers asked for inside a thought."""

import pytest

from evomerge.recipe import FitnessTerm
from evomerge.score.tasks.task import Task
from tests.score.recorder import build, recorder_for
from tests.score.small_tasks import ROWS, reading


@pytest.fixture
def short(tmp_path):
    """What builds prompts for a model that reads 14 tokens."""
    return recorder_for(reading(14, tmp_path / "short"))


def told(task, recorder, chat=False):
    return task.setup_cautions(build(task, recorder, chat))


@pytest.mark.parametrize(
    "kind, metric", [("generation", "exact_match,raw"), ("choice", "acc"), ("loglikelihood", "acc")]
)
def test_cut_prompts_are_counted_and_measured(task_file, short, recorder, kind, metric):
    term = FitnessTerm(task=str(task_file(kind)), metric=metric, num_fewshot=2)
    whole = build(Task(term), recorder, False)
    assert {item.cut for item in whole} == {0}
    task = Task(term)
    items = build(task, short, False)
    lost = []
    for item, other in zip(items, whole, strict=True):
        asked, full = item.requests[0], other.requests[0]
        if kind == "generation":
            assert asked.prompt == full.prompt[item.cut :]
        else:
            longest = max(len(r.tokens) for r in other.requests)
            assert item.cut == longest - 15  # the last token is scored, and not read
            assert asked.tokens == full.tokens[-15:]
        lost.append(item.cut)
    (sentence,) = [s for s in task.setup_cautions(items) if "cut on the left" in s]
    assert sentence.startswith(f"{kind}: {len(ROWS)} of {len(ROWS)} prompts are longer")
    assert f"by {min(lost)} to {max(lost)} tokens" in sentence


def test_prompts_that_fit_are_not_told_of(task_file, recorder):
    task = Task(FitnessTerm(task=str(task_file("generation")), metric="exact_match,raw"))
    assert not [s for s in told(task, recorder) if "cut" in s]


def test_texts_are_read_in_pieces_and_not_cut(task_file, short):
    task = Task(FitnessTerm(task=str(task_file("rolling")), metric="bits_per_byte"))
    items = build(task, short, False)
    assert {item.cut for item in items} == {0}
    assert max(len(item.requests) for item in items) > 1


def test_a_description_that_no_one_hears_is_told(task_file, recorder, monkeypatch):
    monkeypatch.setattr(
        recorder.tokenizer,
        "chat_template",
        "{% for m in messages if m.role != 'system' %}{{ m.content }} {% endfor %}",
    )
    file = task_file("generation", "\ndescription: Be brief.\n")
    term = FitnessTerm(task=str(file), metric="exact_match,raw")
    (sentence,) = told(Task(term), recorder, chat=True)
    assert "has no system turn, so 'Be brief.' is left out" in sentence
    assert not told(Task(term), recorder)


@pytest.mark.parametrize(
    "kind, metric, words",
    [
        ("choice", "acc", "answers are asked for inside of the thought"),
        ("generation", "gold_logprob", "answers are asked for inside of the thought"),
        ("generation", "exact_match,raw", "the thought is judged with it"),
    ],
)
def test_answers_inside_a_thought_are_told(task_file, recorder, monkeypatch, kind, metric, words):
    template = (
        "{% for m in messages %}{{ m.content }} {% endfor %}"
        "{% if add_generation_prompt and enable_thinking | default(true) %}five {% endif %}"
    )
    monkeypatch.setattr(recorder.tokenizer, "chat_template", template)
    task = Task(FitnessTerm(task=str(task_file(kind)), metric=metric))
    (sentence,) = told(task, recorder, chat=True)
    assert "opens a thought ('five')" in sentence
    assert words in sentence
    assert "chat_template_args: {enable_thinking: false}" in sentence
