import json
import random
from pathlib import Path

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import FitnessTerm
from evomerge.score.tasks.task import Task
from evomerge.zoo import TASKS
from tests.score.agreement import assert_same, by_lm_eval, by_us
from tests.score.recorder import build
from tests.score.small_tasks import ROWS, chat_model


@pytest.mark.parametrize(
    "kind, metric",
    [
        ("choice", "acc"),
        ("choice", "acc_norm"),
        ("generation", "exact_match,digits"),
        ("generation", "exact_match,raw"),
        ("loglikelihood", "acc"),
        ("loglikelihood", "perplexity"),
        ("rolling", "word_perplexity"),
        ("rolling", "bits_per_byte"),
    ],
)
@pytest.mark.parametrize("fewshot", [None, 2])
def test_item_scores_are_lm_evals_own(task_file, monkeypatch, kind, metric, fewshot):
    file = task_file(kind)
    if fewshot and kind == "rolling":
        pytest.skip("rolling likelihoods have no prompt")
    ours = by_us("zoo:arithmetic", file, metric, fewshot=fewshot)
    monkeypatch.chdir(file.parent)
    theirs = by_lm_eval("zoo:arithmetic", file, metric, fewshot=fewshot)
    assert_same(ours, theirs, exact="perplexity" not in metric and "bits" not in metric)
    assert fewshot or len(set(theirs.values())) > 1


@pytest.mark.parametrize("model", ["zoo:base", "zoo:largest"])
@pytest.mark.parametrize(
    "name, metric",
    [
        ("arithmetic", "exact_match"),
        ("reverse", "acc"),
        ("largest", "acc"),
        ("french", "exact_match"),
    ],
)
def test_item_scores_on_the_zoo_are_lm_evals_own(tmp_path, monkeypatch, model, name, metric):
    monkeypatch.chdir(TASKS)
    file = tmp_path / f"zoo_{name}.yaml"
    file.write_text((TASKS / f"{name}.yaml").read_text())
    assert_same(by_us(model, file, metric), by_lm_eval(model, file, metric), exact=True)


@pytest.mark.parametrize("kind, metric", [("choice", "acc"), ("generation", "exact_match,digits")])
def test_chat_templates_are_applied_as_lm_eval_does(tmp_path, task_file, monkeypatch, kind, metric):
    model, file = chat_model(tmp_path / "chat"), task_file(kind)
    ours = by_us(model, file, metric, fewshot=1, chat=True)
    monkeypatch.chdir(file.parent)
    assert_same(ours, by_lm_eval(model, file, metric, fewshot=1, chat=True), exact=True)


def test_a_bos_token_and_left_truncation_are_lm_evals_own(tmp_path, task_file, monkeypatch):
    model, file = chat_model(tmp_path / "chat"), task_file("generation")
    folder = Path(model)
    config = json.loads((folder / "config.json").read_text())
    config["max_position_embeddings"] = 14
    (folder / "config.json").write_text(json.dumps(config))
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    settings["model_max_length"] = 14
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokenizer["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [
            {"SpecialToken": {"id": "<s>", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
        ],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    ours = by_us(model, file, "exact_match,raw")
    monkeypatch.chdir(file.parent)
    assert_same(ours, by_lm_eval(model, file, "exact_match,raw"), exact=True)


def test_a_lower_is_better_metric_is_turned_round(task_file, monkeypatch):
    file = task_file("choice")
    ours = by_us("zoo:base", file, "acc")
    text = file.read_text().replace(
        "metric: acc, aggregation: mean, higher_is_better: true",
        "metric: acc, aggregation: mean, higher_is_better: false",
    )
    file.write_text(text)
    turned = by_us("zoo:base", file, "acc")
    assert turned == {doc: -value for doc, value in ours.items()}


def test_documents_of_the_same_content_count_once(task_file, recorder):
    file = task_file("choice", rows=[*ROWS, ROWS[3], ROWS[3]])
    task = Task(FitnessTerm(task=str(file), metric="acc"), [])
    items = build(task, recorder, False)
    assert (len(items), task.duplicates) == (len(ROWS), 2)
    assert len({item.id for item in items}) == len(items)


CODE = "\nprocess_docs: !function code.process\n"


def test_code_of_a_task_runs_only_from_an_include_path(task_file, recorder):
    file = task_file("choice", CODE)
    (file.parent / "code.py").write_text("def process(docs):\n    return docs.select(range(5))\n")
    term = FitnessTerm(task=str(file), metric="acc")
    with pytest.raises(RecipeError, match=r"runs Python code when loaded.*--include-path"):
        Task(term, [])
    assert len(build(Task(term, [file.parent]), recorder, False)) == 5
    named = FitnessTerm(task="choice", metric="acc")
    assert len(build(Task(named, [file.parent]), recorder, False)) == 5


def test_code_in_an_included_file_counts_as_well(task_file):
    file = task_file("choice", "\ninclude: more.yaml\n")
    (file.parent / "more.yaml").write_text("process_docs: !function code.process\n")
    with pytest.raises(RecipeError, match="runs Python code"):
        Task(FitnessTerm(task=str(file), metric="acc"), [])


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
        assert Task(FitnessTerm(task=str(file), metric=metric), []).metric == "exact_match"
        return
    with pytest.raises(RecipeError) as caught:
        Task(FitnessTerm(task=str(file), metric=metric), [], "r.yaml:9: ")
    assert str(caught.value) == f"r.yaml:9: task {file}: {problem}"


def test_a_metric_that_is_no_mean_over_items_is_refused(task_file):
    file = task_file("choice")
    text = file.read_text().replace(
        "- {metric: acc_norm, aggregation: mean, higher_is_better: true}",
        "- {metric: f1, aggregation: f1, higher_is_better: true}",
    )
    file.write_text(text)
    with pytest.raises(RecipeError, match=r"the metric 'f1' \(.*\) is not a mean over items"):
        Task(FitnessTerm(task=str(file), metric="f1"), [])


def test_a_task_that_samples_is_drawn_as_it_says(task_file, recorder):
    file = task_file("generation")
    file.write_text(
        file.read_text().replace(
            "max_gen_toks: 5", "max_gen_toks: 5, do_sample: true, temperature: 0.7"
        )
    )
    task = Task(FitnessTerm(task=str(file), metric="exact_match,raw"), [])
    params = {
        request.sampling for item in build(task, recorder, False) for request in item.requests
    }
    assert {(one.temperature, one.top_p, one.top_k) for one in params} == {(0.7, 1.0, 0)}
    assert len(params) == len(ROWS)


@pytest.mark.parametrize(
    "task, problem",
    [
        ("/nowhere/t.yaml", "no such file"),
        ("gsm8kk", "lm-eval has no task of that name; did you mean gsm8k"),
    ],
)
def test_unknown_tasks_are_told(task, problem):
    with pytest.raises(RecipeError, match=problem):
        Task(FitnessTerm(task=task, metric="acc"), [])


def test_damaged_task_files_are_told(tmp_path):
    for name, text, problem in [
        ("a", "task: [", "not a readable task file"),
        ("b", "- x", "a task file is a mapping"),
        ("c", "task: c\ninclude: c.yaml", "includes itself"),
        ("d", "task: d\ndataset_path: json\noutput_type: magic", "cannot be loaded"),
        ("g", "group: g\ntask: []", "the group g has no tasks"),
        ("h", "group: h\ntask: [h]", "the group h is in itself"),
        ("i", "metric_list: []", "names no task"),
        ("e", "group: e\ntask: [x, y]", "the group e has x, and lm-eval has no task of"),
    ]:
        (tmp_path / f"{name}.yaml").write_text(text)
        with pytest.raises(RecipeError, match=problem):
            Task(FitnessTerm(task=str(tmp_path / f"{name}.yaml"), metric="acc"), [])


def test_relative_data_is_found_beside_the_task_or_in_the_working_directory(
    task_file, recorder, monkeypatch, tmp_path_factory
):
    file = task_file("choice")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    term = FitnessTerm(task=str(file), metric="acc")
    assert len(build(Task(term, []), recorder, False)) == len(ROWS)
    (elsewhere / "rows.jsonl").write_text(json.dumps(ROWS[0]) + "\n")
    assert len(build(Task(term, []), recorder, False)) == 1
    assert Path.cwd() == elsewhere


SHUFFLES = """
import random


def process(docs):
    def shuffled(doc):
        choices = [doc["answer"], *doc["wrong"]]
        random.shuffle(choices)
        return {"choices": choices, "right": choices.index(doc["answer"])}

    return [shuffled(doc) | doc for doc in docs]


class Docs(list):
    features = {"question": 0, "choices": 0, "right": 0}


def process_docs(docs):
    return Docs(process(docs))
"""


def test_a_task_that_shuffles_asks_and_judges_the_same_each_time(task_file, recorder):
    file = task_file("choice", "\nprocess_docs: !function code.process_docs\n")
    text = file.read_text().replace("{{[answer] + wrong}}", "{{choices}}")
    file.write_text(text.replace("doc_to_target: 0", "doc_to_target: right"))
    (file.parent / "code.py").write_text(SHUFFLES)
    state = random.getstate()
    built = []
    for _ in range(2):
        task = Task(FitnessTerm(task=str(file), metric="gold_logprob"), [file.parent])
        items = build(task, recorder, False)
        built.append(items)
        for row, item in zip(ROWS, items, strict=True):
            (request,) = item.requests
            said = recorder.tokenizer.decode(request.tokens[-request.scored :])
            assert said.replace(" ", "") == row["answer"] == item.gold
    assert built[0] == built[1]
    assert len({item.text.split("\n").index(item.gold) for item in built[0]}) == 3
    assert random.getstate() == state
