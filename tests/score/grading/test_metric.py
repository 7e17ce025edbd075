"""Every metric of lm-eval that is a mean over items; the others are refused with a way out."""

import lm_eval
import lm_eval.tasks
import pytest
from lm_eval.models.huggingface import HFLM

from evomerge.errors import RecipeError
from evomerge.permissions import NOTHING
from evomerge.recipe import FitnessTerm
from evomerge.score.tasks.task import Task
from evomerge.weights import open_parent
from tests.score.agreement import by_us
from tests.score.recorder import build
from tests.score.small_tasks import ROWS

PER_ITEM = ["acc", "acc_norm", "acc_bytes", "acc_mutual_info", "exact_match", "brier_score"]
HARD = [
    {
        "question": row["question"].replace("digits", "french" if n % 2 else "digits"),
        "answer": row["answer"],
        "wrong": [*row["wrong"], str(int(row["answer"]) + 1), row["answer"] + "0"],
    }
    for n, row in enumerate(ROWS)
]
"""Near misses, every other one asked for in a language that the model does not speak."""
CORPUS = ["f1", "mcc", "bleu", "chrf", "ter", "bypass"]


def with_metrics(file, *metrics):
    """The task with these metrics, each with lm-eval's own aggregation and direction."""
    text = file.read_text()
    lines = "".join(f"  - metric: {metric}\n" for metric in metrics)
    file.write_text(text[: text.index("metric_list:")] + f"metric_list:\n{lines}")
    return file


def test_metrics_of_a_choice_average_to_lm_evals_result(task_file, monkeypatch):
    file = with_metrics(task_file("choice", rows=HARD), *PER_ITEM)
    monkeypatch.chdir(file.parent)
    lm = HFLM(pretrained=str(open_parent("zoo:arithmetic").folder), device="cpu", batch_size=1)
    manager = lm_eval.tasks.TaskManager(include_path=str(file.parent), include_defaults=False)
    theirs = lm_eval.simple_evaluate(lm, tasks=["choice"], task_manager=manager, bootstrap_iters=0)[
        "results"
    ]["choice"]
    for metric in PER_ITEM:
        scores = by_us("zoo:arithmetic", file, metric)
        sign = -1 if metric == "brier_score" else 1
        mean = sum(scores.values()) / len(scores)
        assert mean * sign == pytest.approx(theirs[f"{metric},none"], abs=1e-6), metric
        assert len(set(scores.values())) > 1, metric


@pytest.mark.parametrize("metric", CORPUS)
def test_metrics_of_all_items_at_once_are_refused_and_others_named(task_file, metric):
    kind = "choice" if metric in ("f1", "mcc", "bypass") else "generation"
    file = with_metrics(task_file(kind), metric, "exact_match")
    wanted = metric if kind == "choice" else f"{metric},raw"
    with pytest.raises(RecipeError) as caught:
        Task(FitnessTerm(task=str(file), metric=wanted))
    told = str(caught.value)
    assert f"the metric {metric!r}" in told
    assert "not a mean over items" in told
    assert told.endswith("use exact_match, gold_logprob or a python function")


@pytest.mark.parametrize(
    "kind, metric, problem",
    [
        ("choice", "likelihood", "is not a number per item"),
        ("loglikelihood", "acc_all", "is given for no item"),
    ],
)
def test_metrics_that_lm_eval_gives_for_no_item_are_refused(
    task_file, recorder, kind, metric, problem
):
    task = Task(FitnessTerm(task=str(with_metrics(task_file(kind), metric, "acc")), metric=metric))
    with pytest.raises(RecipeError, match=problem):
        build(task, recorder, False)


@pytest.mark.parametrize(
    "kind, metric, extra, problem",
    [
        ("choice", "accuracy", "", "has no metric 'accuracy'; it has acc, acc_norm, gold_logprob"),
        (
            "generation",
            "exact_match",
            "",
            "filters answers in several ways; "
            'say metric: "exact_match,digits" or "exact_match,raw"',
        ),
        ("generation", "exact_match,none", "", "has no filter 'none'; it has digits, raw"),
        ("generation", "exact_match,raw", "\nnum_fewshot: 99", None),
    ],
)
def test_metrics_that_cannot_be_used_are_told(task_file, kind, metric, extra, problem):
    file = task_file(kind, extra)
    if problem is None:
        assert Task(FitnessTerm(task=str(file), metric=metric)).metric == "exact_match"
        return
    with pytest.raises(RecipeError) as caught:
        Task(FitnessTerm(task=str(file), metric=metric), NOTHING, "r.yaml:9: ")
    assert str(caught.value) == f"r.yaml:9: task {file}: {problem}"


def test_a_metric_that_is_no_mean_over_items_is_refused(task_file):
    file = task_file("choice")
    text = file.read_text().replace(
        "- {metric: acc_norm, aggregation: mean, higher_is_better: true}",
        "- {metric: f1, aggregation: f1, higher_is_better: true}",
    )
    file.write_text(text)
    with pytest.raises(RecipeError, match=r"the metric 'f1' \(.*\) is not a mean over items"):
        Task(FitnessTerm(task=str(file), metric="f1"))
