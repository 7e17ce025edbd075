"""Numbers as lm-eval reads them: some for a few items only, NaN, and several from one function."""

import lm_eval
import lm_eval.tasks
import pytest
from lm_eval.models.huggingface import HFLM

from evomerge.errors import RecipeError, TrialError
from evomerge.ledger import ItemScore, Split
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm, recipe_from
from evomerge.run.preparation.benchmark import build_benchmark
from evomerge.run.preparation.tasks import open_tasks
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item
from evomerge.score.tasks.task import Task
from evomerge.score.tasks.term import Term
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from tests.score.agreement import answers_of
from tests.score.recorder import build, recorder_for
from tests.score.small_tasks import write_task

CODE = """
import math


def some(doc, results):
    right = float(results[0].strip() == doc["answer"])
    long = len(doc["answer"]) > 2
    return {"all": right, "gap": right if long else math.nan, **({"long": right} if long else {})}


def none(doc, results):
    return {"all": None if len(doc["answer"]) > 2 else 2.0}


def early(doc, results):
    return {"all": 1.0} if doc["question"].startswith("7 +") else {}


def several(references, predictions, **_):
    text = predictions[0] if isinstance(predictions[0], str) else predictions[0][0]
    return {"right": float(text.strip() == references[0]), "length": float(len(text))}


def known(values):
    values = [value for value in values if value is not None]
    return sum(values) / len(values)
"""

SOME = """
process_results: !function judge.some
metric_list:
  - {metric: all, aggregation: mean, higher_is_better: true}
  - {metric: long, aggregation: mean, higher_is_better: true}
  - {metric: gap, aggregation: nanmean, higher_is_better: false}
"""
NONE = """
process_results: !function judge.none
metric_list: [{metric: all, aggregation: !function judge.known, higher_is_better: true}]
"""
SEVERAL = """
metric_list: [{metric: !function judge.several, aggregation: mean, higher_is_better: false}]
"""
EXTRA = """
process_results: !function judge.some
metric_list: [{metric: all, aggregation: mean, higher_is_better: true}]
"""
EARLY = """
process_results: !function judge.early
metric_list: [{metric: all, aggregation: mean, higher_is_better: true}]
"""


@pytest.fixture
def file(tmp_path):
    def write(judging):
        file = write_task(tmp_path, "generation")
        text = file.read_text()
        file.write_text(text[: text.index("filter_list:")] + judging)
        (tmp_path / "judge.py").write_text(CODE)
        return file

    return write


def task_of(file, metric):
    return Task(FitnessTerm(task=str(file), metric=metric), Permissions((file.parent,)))


@pytest.mark.parametrize(
    "judging, metric, counted, sign",
    [
        (SOME, "all", 40, 1),
        (SOME, "long", 16, 1),
        (SOME, "gap", 16, -1),
        (NONE, "all", 24, 1),
        (SEVERAL, "right", 40, -1),
        (SEVERAL, "length", 40, -1),
        (EXTRA, "long", 16, 1),
    ],
)
def test_the_mean_is_lm_evals(file, monkeypatch, judging, metric, counted, sign):
    path = file(judging)
    task = task_of(path, metric)
    items = build(task, recorder_for("zoo:arithmetic"), False)
    scores = task.grading.grade(items, answers_of("zoo:arithmetic", items))
    monkeypatch.chdir(path.parent)
    lm = HFLM(pretrained=str(open_parent("zoo:arithmetic").folder), device="cpu", batch_size=8)
    manager = lm_eval.tasks.TaskManager(include_path=str(path.parent), include_defaults=False)
    theirs = lm_eval.simple_evaluate(
        lm, tasks=["generation"], task_manager=manager, bootstrap_iters=0
    )["results"]["generation"]
    weight = sum(score.weight for score in scores)
    mean = sum(score.weight * score.value for score in scores) / weight
    assert weight == counted
    assert sign * mean == pytest.approx(theirs[f"{metric},none"], abs=1e-9)
    assert abs(mean) > 0


def test_numbers_that_a_task_gives_and_does_not_list_are_named(file):
    with pytest.raises(RecipeError, match="has no metric 'lnog'; it has all, gap, long, gold_logp"):
        task_of(file(EXTRA), "lnog")


def test_a_function_that_gives_several_numbers_is_none_of_them(file, recorder):
    task = task_of(file(SEVERAL), "several")
    with pytest.raises(
        RecipeError, match="'several' is given for no item; the task gives right, l"
    ):
        build(task, recorder, False)


def test_a_split_without_an_item_that_counts_is_refused_before_the_search(file):
    """One of the forty items has the number."""
    path = file(EARLY)
    recipe = recipe_from(
        {
            "merge_method": "linear",
            "models": [{"model": "zoo:arithmetic"}],
            "evolve": {
                "fitness": [{"task": str(path), "metric": "all"}],
                "splits": {"search": 0.4, "validation": 0.2, "test": 0.4},
                "budget": {"evaluations": 2},
            },
        }
    )
    parent = open_parent("zoo:arithmetic")
    tasks = open_tasks(recipe, Permissions((path.parent,)))
    with pytest.raises(RecipeError, match=r"'all' is given for no (search|validation|test) item"):
        build_benchmark(recipe, tasks, parent, load_tokenizer(parent.folder))


def test_a_model_for_which_nothing_counts_is_told_once_all_is_scored():
    items = [Item("t", name, n, ()) for n, name in enumerate("ab")]
    splits = {Split.SEARCH: items, Split.VALIDATION: [], Split.TEST: []}
    uncounted = [ItemScore("t", "a", 0.0, 0.0), ItemScore("t", "b", 0.0, 0.0)]
    counted = [uncounted[0], ItemScore("t", "b", 0.0, 1.0)]
    benchmark = Benchmark([Term("t", "m", 1.0, None, splits)])
    benchmark.require_counting(uncounted[:1], Split.SEARCH)
    benchmark.require_counting(counted, Split.SEARCH)
    with pytest.raises(TrialError, match="task t: m counts none of its 2 search items"):
        benchmark.require_counting(uncounted, Split.SEARCH)
    reported = Benchmark([Term("t", "m", 0.0, None, splits)])
    reported.require_counting(uncounted, Split.SEARCH)
    assert reported.task_means(uncounted) == {}
