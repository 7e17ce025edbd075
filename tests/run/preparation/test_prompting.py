"""What builds prompts, and whether they can be built as a recipe asks."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from evomerge.errors import ParentError, RecipeError
from evomerge.recipe import parse_recipe
from evomerge.run.preparation.prompting import check_chat_template, recorder_for
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer

HEAD = (
    "merge_method: linear\nmodels: [{model: zoo:base}]\nevolve:\n"
    "  budget: {evaluations: 1}\n  fitness: [{task: t, metric: m}]\n"
)
PLAIN, CHAT = SimpleNamespace(chat_template=None), SimpleNamespace(chat_template="{{messages}}")


def test_chat_turns_need_a_template():
    applied = parse_recipe(HEAD + "  apply_chat_template: true\n", "r.yaml")
    check_chat_template(applied, CHAT)
    with pytest.raises(RecipeError, match=r"r.yaml:6: apply_chat_template: the tokenizer has no"):
        check_chat_template(applied, PLAIN)
    check_chat_template(parse_recipe(HEAD), PLAIN)


def test_arguments_need_a_template_that_is_applied():
    idle = parse_recipe(HEAD + "  chat_template_args: {enable_thinking: false}\n", "r.yaml")
    with pytest.raises(RecipeError, match=r"r.yaml:6: chat_template_args: no chat template is"):
        check_chat_template(idle, CHAT)


def test_a_recorder_reads_as_much_as_the_model():
    parent = open_parent("zoo:base")
    recorder = recorder_for(parent, load_tokenizer(parent.tokenizer_folder))
    assert recorder.max_length == parent.config["max_position_embeddings"]
    broken = replace(parent, config={**parent.config, "model_type": "no such type"})
    with pytest.raises(ParentError, match=r"zoo:base: transformers cannot use its config\.json"):
        recorder_for(broken, recorder.tokenizer)
