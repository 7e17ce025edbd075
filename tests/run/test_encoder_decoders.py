"""Runs over encoder-decoders: searched, released as they were scored, and refused where need be."""

import json
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from evomerge import evolve, resume
from evomerge.engine.request import Generation, Likelihood
from evomerge.errors import ParentError, RecipeError
from evomerge.ledger import Split
from evomerge.merge.folder import verification
from evomerge.merge.folder.verification import VerificationError, ask_afresh
from evomerge.recipe import parse_recipe
from evomerge.report.answers import answers
from evomerge.run.checks.check import check
from evomerge.run.preparation.preflight import prepare
from evomerge.run.promotion import released
from evomerge.run.scoring import score_model
from tests.sequences import sequence_model, with_own_head
from tests.tokenized import ENGLISH

WORDS = sorted({word for line in ENGLISH for word in line.split()})
TASK = """\
dataset_path: json
dataset_kwargs: {data_files: {test: rows.jsonl}}
test_split: test
doc_to_text: "{{question}}"
"""
SAYS = """\
task: says
output_type: generate_until
doc_to_target: "{{answer}}"
generation_kwargs: {until: ["\\n"], max_gen_toks: 4, do_sample: false}
metric_list: [{metric: exact_match, aggregation: mean, higher_is_better: true}]
"""
CHOOSES = """\
task: chooses
output_type: multiple_choice
doc_to_choice: "{{[answer, 'bank', 'mat']}}"
doc_to_target: 0
metric_list: [{metric: acc, aggregation: mean, higher_is_better: true}]
"""


def said(folder, questions):
    """What a model answers to each question, by transformers alone."""
    model = AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts = []
    for question in questions:
        ids = torch.tensor([tokenizer(question).input_ids])
        out = model.generate(input_ids=ids, max_new_tokens=4, do_sample=False)
        texts.append(tokenizer.decode(out[0], skip_special_tokens=True))
    return texts


def write_recipe(folder, family):
    """Two parents, and items of which each gives the right answer to every second one."""
    more = {"repetition_penalty": 1.6}
    kind = "t5" if family == "flan" else family
    models = [
        sequence_model(folder / f"m{seed}", kind, seed=seed, generation=more) for seed in (1, 2)
    ]
    if family == "flan":
        models = [with_own_head(name, seed) for seed, name in enumerate(models)]
    questions = [f"{a} {b} {c}" for a in WORDS[:4] for b in WORDS[4:8] for c in WORDS[8:]]
    both = zip(questions, *(said(model, questions) for model in models), strict=True)
    rows = [
        {"question": question, "answer": texts[n % 2]}
        for n, (question, *texts) in enumerate(both)
        if texts[0] != texts[1] and all(text.strip() for text in texts)
    ]
    assert len(rows) > 60
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name, text in (("says", SAYS), ("chooses", CHOOSES)):
        (folder / f"{name}.yaml").write_text(TASK + text)
    return f"""\
merge_method: linear
models:
  - {{model: {models[0]}, parameters: {{weight: {{gene: {{low: 0, high: 1}}}}}}}}
  - {{model: {models[1]}, parameters: {{weight: {{gene: {{low: 0, high: 1}}}}}}}}
evolve:
  fitness:
    - {{task: {folder}/says.yaml, metric: exact_match}}
    - {{task: {folder}/chooses.yaml, metric: acc}}
  splits: {{search: 24, validation: 12, test: 24}}
  search: {{population: 3}}
  budget: {{evaluations: 6}}
  elites: 2
"""


@pytest.fixture(scope="module", params=["t5", "bart", "flan"])
def run(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    text = write_recipe(folder, request.param)
    asked = []

    def ask(at, requests, device):
        asked.extend(requests)
        return ask_afresh(at, requests, device)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(released, "ask_afresh", ask)
        return evolve(parse_recipe(text), folder / "run"), text, asked


def test_each_parent_is_right_where_transformers_says_so(run):
    done, _, _ = run
    for model in (name for name in done.verdict.scores if "m1" in name or "m2" in name):
        tasks = done.verdict.scores[model].tasks
        assert 0.2 < tasks["says"] < 0.8


def test_a_winner_is_released_that_transformers_loads_and_that_answers_as_recorded(run):
    done, _, asked = run
    model, info = AutoModelForSeq2SeqLM.from_pretrained(done.winner, output_loading_info=True)
    assert not any(info.values())
    assert model.config.is_encoder_decoder
    assert sum(isinstance(one, Generation) for one in asked) >= 6
    assert sum(isinstance(one, Likelihood) for one in asked) >= 6
    assert all(one.encoder_tokens for one in asked)
    assert "# A merge by linear" in (done.winner / "README.md").read_text()
    shown = [*answers(done.folder, task="says", model="winner")]
    questions = [item.question for item in shown]
    assert [item.answers[0].text for item in shown] == said(done.winner, questions)


def test_other_weights_in_the_winners_folder_are_found_out(run):
    done, _, asked = run
    answered = ask_afresh(done.winner, asked, "cpu")
    parent = Path(next(name for name in done.verdict.scores if name.endswith("m2")))
    assert ask_afresh(parent, asked, "cpu") != answered
    with pytest.raises(VerificationError):
        verification.ask_afresh(done.winner.parent, asked, "cpu")


def test_the_same_run_comes_to_the_same_weights(run, tmp_path):
    done, text, _ = run
    again = evolve(parse_recipe(text), tmp_path / "run")
    assert again.weights_sha256 == done.weights_sha256
    assert resume(again.folder).weights_sha256 == done.weights_sha256


def test_a_model_is_scored_alone(run):
    done, text, _ = run
    parent = next(name for name in done.verdict.scores if name.endswith("m1"))
    scored = score_model(parent, parse_recipe(text), "search")
    assert 0.2 < scored.tasks["says"].score < 0.8


def test_check_says_what_a_candidate_costs_with_its_encoder(run):
    _, text, _ = run
    recipe = parse_recipe(text)
    prepared = prepare(recipe)
    found = check(recipe)
    requests = [r for item in prepared.benchmark.items(Split.SEARCH) for r in item.requests]
    assert all(request.encoder_tokens for request in requests)
    assert found.cost.candidate_tokens == sum(request.most_tokens for request in requests)


@pytest.mark.parametrize(
    "old, new, error, message",
    [
        ("says.yaml, metric: exact_match", "rolls.yaml, metric: bits_per_byte", RecipeError,
         "how likely a text is by itself"),
        ("merge_method: linear", "calibration: {texts: RECIPE/says.yaml}\nmerge_method: regmean",
         ParentError, "is an encoder-decoder; calibration texts"),
        ("metric: acc}", "judge: {model: MODEL, rubric: The better one wins.}}", RecipeError,
         "a judge on this machine is a model with a decoder alone"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told_before_anything_starts(tmp_path, old, new, error, message):
    text = write_recipe(tmp_path, "t5")
    rolls = TASK.replace("{{question}}", "") + (
        'task: rolls\noutput_type: loglikelihood_rolling\ndoc_to_target: "{{question}}"\n'
        "metric_list: [{metric: bits_per_byte}]\n"
    )
    (tmp_path / "rolls.yaml").write_text(rolls)
    new = new.replace("RECIPE", str(tmp_path)).replace("MODEL", str(tmp_path / "m1"))
    if "regmean" in new:
        text = text.replace(", parameters: {weight: {gene: {low: 0, high: 1}}}", "")
    if "judge" in new:
        text = text.replace("chooses.yaml", "says.yaml")
    with pytest.raises(error, match=message):
        prepare(parse_recipe(text.replace(old, new)))


@pytest.mark.parametrize("file", ["generation_config.json", "config.json"])
def test_a_parent_that_searches_for_its_answers_is_refused(tmp_path, file):
    """transformers reads such settings of old models from config.json."""
    text = write_recipe(tmp_path, "t5")
    path = tmp_path / "m2" / file
    if file == "config.json":
        (tmp_path / "m2" / "generation_config.json").unlink()
    path.write_text(json.dumps({**json.loads(path.read_text()), "num_beams": 4}))
    with pytest.raises(ParentError, match=rf"m2/{file}: sets num_beams.*remove it"):
        prepare(parse_recipe(text))
    with pytest.raises(ParentError, match=rf"m2/{file}: sets num_beams"):
        score_model(str(tmp_path / "m2"), parse_recipe(text), "search")
