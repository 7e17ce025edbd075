"""A group is one term: the questions of its tasks, and their mean as lm-eval weighs it."""

import lm_eval
import lm_eval.tasks
import pytest
from lm_eval.models.huggingface import HFLM

from evomerge.errors import RecipeError
from evomerge.ledger import Split
from evomerge.permissions import Permissions
from evomerge.recipe import recipe_from
from evomerge.run.preparation.benchmark import build_benchmark
from evomerge.run.preparation.tasks import open_tasks
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from tests.score.agreement import answers_of
from tests.score.recorder import recorder_for
from tests.score.small_tasks import ROWS, write_task

MODEL = "zoo:arithmetic"
HARD = [{**row, "question": row["question"].replace("digits", "french")} for row in ROWS[10:22]]


@pytest.fixture
def folder(tmp_path):
    """Two tasks of 10 and 12 questions, one of them too hard, with the data of each beside it."""
    for name, rows in [("easy", ROWS[:10]), ("hard", HARD), ("other", HARD)]:
        inner = tmp_path / name
        inner.mkdir()
        file = write_task(inner, "choice", rows=rows)
        text = file.read_text().replace("task: choice", f"task: {name}\ntag: sums")
        if name == "other":
            text = text[: text.index("  - {metric: acc_norm")]
        file.write_text(text)
    return tmp_path


def recipe_of(subject, metric="acc", **more):
    return recipe_from(
        {
            "merge_method": "linear",
            "models": [{"model": MODEL}],
            "evolve": {
                "fitness": [{"task": subject, "metric": metric, **more}],
                "splits": {"search": 0.4, "validation": 0.2, "test": 0.4},
                "budget": {"evaluations": 2},
            },
        }
    )


def opened(folder, subject, metric="acc", **more):
    recipe = recipe_of(subject, metric, **more)
    (task,) = open_tasks(recipe, Permissions((folder,)))
    parent = open_parent(MODEL)
    return task, build_benchmark(recipe, [task], parent, load_tokenizer(parent.folder))


def group(folder, body, name="both"):
    (folder / f"{name}.yaml").write_text(f"group: {name}\ntask: [easy, hard]\n{body}\n")


def all_scores(benchmark):
    (term,) = benchmark.terms
    items = [item for split in Split for item in term.items[split]]
    return items, benchmark.grade(items, answers_of(MODEL, items))


@pytest.mark.parametrize("by_size", [True, False])
def test_its_mean_is_lm_evals(folder, monkeypatch, by_size):
    group(folder, f"aggregate_metric_list: [{{metric: acc, weight_by_size: {by_size}}}]")
    (task,) = open_tasks(recipe_of("both"), Permissions((folder,)))
    items = task.ask(task.questions(), recorder_for(MODEL), False)
    task.divided({Split.SEARCH: items})
    scores = task.grading.grade(items, answers_of(MODEL, items))
    mean = sum(s.weight * s.value for s in scores) / sum(s.weight for s in scores)
    lm = HFLM(pretrained=str(open_parent(MODEL).folder), device="cpu", batch_size=8)
    for name in ("easy", "hard"):
        rows = folder / name / "rows.jsonl"
        file = folder / name / "choice.yaml"
        file.write_text(file.read_text().replace("rows.jsonl", str(rows)))
    manager = lm_eval.tasks.TaskManager(include_path=str(folder), include_defaults=False)
    theirs = lm_eval.simple_evaluate(lm, tasks=["both"], task_manager=manager, bootstrap_iters=0)
    assert mean == pytest.approx(theirs["groups"]["both"]["acc,none"], abs=1e-9)
    single = {name: theirs["results"][name]["acc,none"] for name in ("easy", "hard")}
    assert single["easy"] != single["hard"]


def test_in_every_split_each_task_counts_the_same_where_lm_eval_has_it_so(folder):
    group(folder, "aggregate_metric_list: [{metric: acc, weight_by_size: false}]")
    _, benchmark = opened(folder, "both")
    items, scores = all_scores(benchmark)
    weights = {score.item: score.weight for score in scores}
    hard = {row["question"] for row in HARD}
    for split in Split:
        halves = [
            sum(weights[i.id] for i in benchmark.terms[0].items[split] if (q(i) in hard) is side)
            for side in (True, False)
        ]
        assert halves[0] == pytest.approx(halves[1])
    assert len({*weights.values()}) > 1
    assert len(items) == 22


def q(item):
    return item.text.split("\n")[0]


def test_it_is_one_term_with_one_name_an_audit_and_a_note(folder):
    group(folder, "")
    task, benchmark = opened(folder, "both", name="sums")
    items, scores = all_scores(benchmark)
    assert {item.task for item in items} == {score.task for score in scores} == {"sums"}
    assert [term.task for term in benchmark.terms] == ["sums"]
    assert task.note == "sums is the mean over all items of 2 tasks: easy, hard"
    audit = benchmark.audit(items, answers_of(MODEL, items), scores)["sums"]
    assert audit.items == 22
    assert audit.control is not None
    again = benchmark.regrade(items, answers_of(MODEL, items))
    assert again == scores


def test_a_tag_is_a_mean_too_and_tasks_without_the_metric_are_left_out(folder):
    task, benchmark = opened(folder, "sums", "acc_norm")
    assert task.note.startswith("sums is the mean over all items of 2 tasks: easy, hard")
    assert "left out of the mean, as they have no acc_norm: other" in task.cautions
    assert len(all_scores(benchmark)[0]) == 22


def test_one_content_in_two_of_its_tasks_counts_once(folder):
    _, benchmark = opened(folder, "sums", "acc")
    assert len(all_scores(benchmark)[0]) == 22
    assert benchmark.terms[0].duplicates == 12


def test_gold_answers_have_companions_of_all_tasks(folder):
    group(folder, "")
    _, benchmark = opened(folder, "both", "gold_logprob")
    (term,) = benchmark.terms
    assert {c.what for c in term.companions} == {"control", "accuracy"}
    for companion in term.companions:
        assert len(companion.items) == len(term.items[Split.TEST])
        said = answers_of(MODEL, companion.items)
        scores = companion.grader.grade(companion.items, said)
        assert [score.item for score in scores] == [item.id for item in companion.items]


@pytest.mark.parametrize(
    "subject, metric, problem",
    [
        (
            "both",
            "accuracy",
            "task both: its task easy .of 2.: has no metric 'accuracy'; it has acc, acc_norm",
        ),
        ("bothh", "acc", "task bothh: lm-eval has no task of that name; did you mean both"),
        ("lost", "acc", "task lost: its task lost1 .of 2.: cannot be loaded .no nowhere.jsonl in "),
    ],
)
def test_what_is_wrong_is_told_with_the_task_in_question(folder, subject, metric, problem):
    group(folder, "")
    (folder / "lost.yaml").write_text("group: lost\ntask: [lost1, easy]\n")
    lost = (folder / "easy" / "choice.yaml").read_text().replace("task: easy", "task: lost1")
    (folder / "lost1.yaml").write_text(lost.replace("rows.jsonl", "nowhere.jsonl"))
    with pytest.raises(RecipeError, match=problem):
        opened(folder, subject, metric)


def test_names_are_told_before_anything_is_loaded(folder):
    (folder / "broken.yaml").write_text("task: broken\ndataset_path: json\n")
    recipe = {
        "merge_method": "linear",
        "models": [{"model": MODEL}],
        "evolve": {
            "fitness": [{"task": "broken", "metric": "acc"}, {"task": "esay", "metric": "acc"}],
            "budget": {"evaluations": 2},
        },
    }
    with pytest.raises(RecipeError, match=r"task esay: .*did you mean easy"):
        open_tasks(recipe_from(recipe), Permissions((folder,)))


def test_its_fingerprint_names_each_tasks_judging(folder):
    group(folder, "")
    before = opened(folder, "both")[0].source
    file = folder / "hard" / "choice.yaml"
    file.write_text(file.read_text().replace("doc_to_target: 0", "doc_to_target: 1"))
    assert opened(folder, "both")[0].source != before


def test_a_group_of_anybodys_gives_no_task_a_metric_that_lm_eval_would_fetch(tmp_path):
    file = tmp_path / "g.yaml"
    file.write_text("group: g\ntask: [arc_easy]\nmetric_list: [{metric: someone/metric}]\n")
    with pytest.raises(RecipeError, match="lm-eval has no metric 'someone/metric' of its own"):
        open_tasks(recipe_of(str(file)))
