"""What an encoder-decoder is asked for a task, and which tasks are refused."""

import json
from pathlib import Path

import pytest
from lm_eval.api.instance import Instance

from evomerge.errors import ParentError, RecipeError
from evomerge.recipe import FitnessTerm
from evomerge.run.preparation.prompting import recorder_for
from evomerge.score.tasks.task import Task
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from tests.score.agreement import assert_same, by_lm_eval, by_term
from tests.score.recorder import build
from tests.score.small_tasks import write_task
from tests.sequences import sequence_model, words

WORDS = ["cat", "dog", "river", "bank", "mat"]
ROWS = [
    {
        "question": f"the {first} sat near the {right}, the {second} and the",
        "answer": right,
        "wrong": [word for word in WORDS if word != right][:3],
    }
    for right in WORDS
    for first in WORDS[:2]
    for second in WORDS[2:]
]


def recorder(name):
    parent = open_parent(name)
    return recorder_for(parent, load_tokenizer(parent.tokenizer_folder))


def likelihood(context, answer):
    return Instance("loglikelihood", {}, (context, answer), 0)


def generation(context="the cat", **settings):
    asked = {"until": ["\n"], "max_gen_toks": 5, "do_sample": False, **settings}
    return Instance("generate_until", {}, (context, asked), 0)


def test_the_encoder_reads_the_prompt_and_the_decoder_the_answer(tmp_path):
    tokens = words("bpe")
    build = recorder(sequence_model(tmp_path / "m", "t5"))
    (asked,) = build.record(likelihood("the cat ", "sat on"))
    assert asked.encoder_tokens == (*tokens.encode("the cat", add_special_tokens=False), 1)
    answer = tokens.encode(" sat on", add_special_tokens=False)
    assert asked.tokens == (tokens.pad_token_id, *answer)
    assert asked.scored == len(answer)
    assert asked.shown == asked.encoder_tokens
    (asked,) = build.record(generation())
    assert asked.encoder_tokens == (*tokens.encode("the cat", add_special_tokens=False), 1)
    assert (asked.prompt, asked.stops, asked.max_tokens) == (
        (tokens.pad_token_id,),
        ("\n", "</s>"),
        5,
    )


def test_what_is_given_and_what_is_generated_may_begin_otherwise(tmp_path):
    """The class shifts by config.json, and generation begins as the generation config says."""
    name = sequence_model(tmp_path / "m", "bart", generation={"decoder_start_token_id": 7})
    build = recorder(name)
    assert build.record(likelihood("the", " cat"))[0].tokens[0] == words("bpe").pad_token_id
    assert build.record(generation())[0].prompt == (7,)
    file = Path(name) / "generation_config.json"
    settings = json.loads(file.read_text())
    del settings["decoder_start_token_id"]
    file.write_text(json.dumps({**settings, "bos_token_id": 5}))
    assert recorder(name).record(generation())[0].prompt == (5,)
    file.write_text(json.dumps({**settings, "bos_token_id": None}))
    with pytest.raises(RecipeError, match="decoder_start_token_id"):
        recorder(name).record(generation())


def test_prompts_are_cut_on_the_left_and_answers_have_a_limit_of_their_own(tmp_path):
    build = recorder(sequence_model(tmp_path / "m", "bart"))  # reads 64 tokens
    long = " ".join(["cat"] * 100)
    (asked,) = build.record(likelihood(long, " dog"))
    assert len(asked.encoder_tokens) == 64
    assert build.cut > 30
    (asked,) = build.record(generation(long, max_gen_toks=64))
    assert len(asked.encoder_tokens) == 64
    assert asked.max_tokens == 64
    assert build.cut > 30
    with pytest.raises(AssertionError, match="an answer of 65 tokens"):
        build.record(generation(max_gen_toks=65))
    unbounded = recorder(sequence_model(tmp_path / "t5", "t5"))
    assert unbounded.record(generation(max_gen_toks=3000))[0].max_tokens == 3000


@pytest.mark.parametrize(
    "family, instance, problem",
    [
        ("t5", Instance("loglikelihood_rolling", {}, ("the cat",), 0), "output_type: logl"),
        ("t5", generation(max_length=9), "say max_gen_toks"),
        ("mbart", likelihood("the", " cat"), "output_type: generate_until"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_way_round(tmp_path, family, instance, problem):
    with pytest.raises(RecipeError, match=problem):
        recorder(sequence_model(tmp_path / "m", family)).record(instance)


def test_a_task_that_makes_no_sense_is_told_by_its_name(tmp_path):
    build_for = recorder(sequence_model(tmp_path / "m", "t5"))
    task = Task(FitnessTerm(task=str(write_task(tmp_path, "rolling")), metric="bits_per_byte"))
    with pytest.raises(RecipeError, match=r"rolling.yaml: asks how likely a text is by itself"):
        build(task, build_for, False)


@pytest.mark.parametrize("family, tokens", [("t5", "bpe"), ("bart", "unigram")])
@pytest.mark.parametrize(
    "kind, metric", [("choice", "acc"), ("choice", "acc_norm"), ("loglikelihood", "perplexity")]
)
@pytest.mark.parametrize("fewshot", [None, 2])
def test_item_scores_are_lm_evals_own(tmp_path, monkeypatch, family, tokens, kind, metric, fewshot):
    name = sequence_model(tmp_path / "m", family, tokens)
    file = write_task(tmp_path, kind, rows=ROWS)
    task = Task(FitnessTerm(task=str(file), metric=metric, num_fewshot=fewshot))
    monkeypatch.setattr("tests.score.agreement.recorder_for", recorder)
    ours = by_term(name, task)
    monkeypatch.chdir(tmp_path)
    theirs = by_lm_eval(name, file, metric, fewshot=fewshot)
    assert_same(ours, theirs, exact=metric != "perplexity")
    assert len(set(theirs.values())) > 1


def test_a_config_that_makes_no_model_is_told(tmp_path):
    name = sequence_model(tmp_path / "m", "t5")
    file = Path(name) / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "num_heads": 0}))
    with pytest.raises(ParentError, match="not a language model"):
        recorder(name)
