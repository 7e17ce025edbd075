"""Every planted cause is found, and nothing is said of healthy models."""

import shutil

import pytest

from evomerge import merge
from evomerge.diagnosis.diagnosis import diagnose
from evomerge.errors import ParentError
from evomerge.recipe import recipe_from
from tests.diagnosis.planted import (
    LIKE,
    PLAIN,
    SUMS,
    UP,
    another_end,
    anothers_template,
    broken_template,
    endless_template,
    flat,
    heads,
    layers_swapped,
    left_out,
    more_tokens,
    no_end,
    no_such_end,
    no_tokenizer,
    not_finite,
    numbered_otherwise,
    rotation,
    sizes,
    spiked,
    summed,
    untied,
    without_head,
)

PARENTS = ["zoo:base", "zoo:french", "zoo:arithmetic", "zoo:reverse", "zoo:largest"]
PLANTED = [
    (not_finite, "not finite", "3 of the"),
    (summed, "size of weights", UP),
    (left_out, "size of weights", UP),
    (more_tokens, "vocabulary", "354 rows, and 9 tokens have none (<new0>"),
    (numbered_otherwise, "vocabulary", "other numbers than in zoo:arithmetic"),
    (no_tokenizer, "tokenizer", "tokenizer"),
    (no_such_end, "special tokens", "eos_token_id is 999"),
    (another_end, "end of text", "stops at 5"),
    (no_end, "end of text", "by which token"),
    (broken_template, "chat template", "not a template"),
    (anothers_template, "chat template", "<|im_start|>"),
    (endless_template, "end of an answer", "<|im_end|> (token 355)"),
    (untied, "tied weights", "lm_head.weight"),
    (without_head, "tied weights", "lm_head.weight"),
    (rotation, "config", "rope_parameters.rope_theta is 500000.0"),
    (heads, "config", "num_attention_heads is 8"),
    (sizes, "config", "but config.json makes it"),
    (flat, "flat", "nats"),
    (spiked, "spiked", "nats"),
    (layers_swapped, "perplexity", "of its parents"),
]


@pytest.mark.parametrize("plant, cause, seen", PLANTED, ids=[one.__name__ for one, _, _ in PLANTED])
def test_a_planted_cause_is_found_with_its_evidence_and_a_cure(model, plant, cause, seen):
    plant(model)
    found = diagnose(str(model), [LIKE], SUMS, "cpu").findings
    assert seen in " ".join(one.evidence for one in found if one.cause == cause)
    assert all(one.cure for one in found)


@pytest.mark.parametrize("plant, cause", [(flat, "flat"), (spiked, "spiked")])
def test_what_a_model_expects_tells_it_without_a_parent(model, plant, cause):
    plant(model)
    assert cause in {one.cause for one in diagnose(str(model), (), SUMS, "cpu").findings}


def test_a_template_that_all_parents_have_is_missed(model, tmp_path):
    parent = shutil.copytree(model, tmp_path / "parent")
    (parent / "chat_template.jinja").write_text(PLAIN)
    (found,) = diagnose(str(model), [str(parent)], SUMS, "cpu").findings
    assert found.cause == "chat template"
    assert str(parent) in found.evidence
    assert str(parent) in found.cure


def test_what_a_parent_has_already_is_told_with_its_name(model, tmp_path):
    not_finite(model)
    parent = shutil.copytree(model, tmp_path / "parent")
    found = diagnose(str(model), [LIKE, str(parent)], SUMS, "cpu")
    assert str(parent) in found.findings[0].cure
    assert found.speech is None


def mergeds(tmp_path):
    """Merges of many kinds, and what they are compared with."""
    entries = [{"model": name, "parameters": {"weight": 0.5}} for name in PARENTS[1:]]
    thin = [{**one, "parameters": {"weight": 1.0, "density": 0.5}} for one in entries]
    layers = [{"sources": [{"model": name, "layer_range": [0, 4]}]} for name in PARENTS[1:3]]
    path = [{"layer": 0}, {"layer": 5, "scale": 0.9}, {"layer": 2}, {"layer": 7, "scale": 1.3}]
    recipes = {
        "linear": {"models": entries, "dtype": "bfloat16"},
        "task_arithmetic": {"models": entries, "base_model": "zoo:base"},
        "ties": {"models": thin, "base_model": "zoo:base"},
        "dare_linear": {"models": thin[:2], "base_model": "zoo:base", "dtype": "float16"},
        "passthrough": {"slices": layers, "path": path},
    }
    for method, plain in recipes.items():
        merge(recipe_from({"merge_method": method, **plain}), tmp_path / method)
        yield str(tmp_path / method)


def test_nothing_is_said_of_healthy_models(tmp_path):
    for name in (*PARENTS, *mergeds(tmp_path)):
        for against in ((), [one for one in PARENTS if one != name]):
            found = diagnose(name, against, device="cpu")
            assert found.findings == (), name
            assert found.speech is not None
            assert len(found.speeches) == len(against)


def test_a_folder_that_is_none_is_the_users_mistake(tmp_path):
    with pytest.raises(ParentError, match="no such"):
        diagnose(str(tmp_path / "nothing"))
