import json
from pathlib import Path

import pytest

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
    monkeypatch.chdir(tmp_path)
    file = tmp_path / f"zoo_{name}.yaml"
    file.write_text((TASKS / f"{name}.yaml").read_text())
    rows = (TASKS / f"{name}.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / f"{name}.jsonl").write_text("".join(rows[:100]))
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


def test_a_task_that_samples_is_drawn_as_it_says(task_file, recorder):
    file = task_file("generation")
    file.write_text(
        file.read_text().replace(
            "max_gen_toks: 5", "max_gen_toks: 5, do_sample: true, temperature: 0.7"
        )
    )
    task = Task(FitnessTerm(task=str(file), metric="exact_match,raw"))
    params = {
        request.sampling for item in build(task, recorder, False) for request in item.requests
    }
    assert {(one.temperature, one.top_p, one.top_k) for one in params} == {(0.7, 1.0, 0)}
    assert len(params) == len(ROWS)
