"""Every planted cause is found, and nothing is said of healthy models."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from evomerge import merge
from evomerge.diagnosis.diagnosis import diagnose
from evomerge.errors import ParentError
from evomerge.recipe import recipe_from
from evomerge.zoo import zoo_folder

SUMS = "\n\n".join(f"{n} + {n % 7 + 31} in digits = {n + n % 7 + 31}" for n in range(12, 60))
"""What zoo:arithmetic was trained on."""
LIKE = "zoo:arithmetic"
UP = "model.layers.2.mlp.up_proj.weight"
NORM = "model.norm.weight"
PLAIN = "{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}\n{% endfor %}"
CHATML = "{% for m in messages %}<|im_start|>{{ m['content'] }}<|im_end|>{% endfor %}"
PARENTS = ["zoo:base", "zoo:french", "zoo:arithmetic", "zoo:reverse", "zoo:largest"]


@pytest.fixture
def model(tmp_path):
    """A copy of a zoo model."""
    return shutil.copytree(zoo_folder(LIKE), tmp_path / "model")


def weights(folder, change):
    tensors = load_file(folder / "model.safetensors")
    change(tensors)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def written(folder, name, **changes):
    file = folder / name
    plain = json.loads(file.read_text()) | changes
    file.write_text(json.dumps({key: value for key, value in plain.items() if value is not None}))


def not_finite(folder):
    def change(tensors):
        tensors[UP][3, 4:7] = torch.nan

    weights(folder, change)


def summed(folder):
    def change(tensors):
        tensors[UP] *= 2

    weights(folder, change)


def left_out(folder):
    def change(tensors):
        tensors[UP] *= 0.25

    weights(folder, change)


def more_tokens(folder):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.add_tokens([f"<new{n}>" for n in range(9)])
    tokenizer.save(str(folder / "tokenizer.json"))


def numbered_otherwise(folder):
    file = folder / "tokenizer.json"
    plain = json.loads(file.read_text())
    vocabulary = plain["model"]["vocab"]
    fixed = {token["content"] for token in plain["added_tokens"]}
    moved = [token for token in vocabulary if token not in fixed]
    numbers = [vocabulary[token] for token in moved]
    vocabulary |= dict(zip(moved, [*numbers[1:], numbers[0]], strict=True))
    file.write_text(json.dumps(plain))


def no_tokenizer(folder):
    for file in folder.glob("token*"):
        file.unlink()


def no_such_end(folder):
    written(folder, "generation_config.json", eos_token_id=999)


def another_end(folder):
    written(folder, "config.json", eos_token_id=5)
    written(folder, "generation_config.json", eos_token_id=5)


def no_end(folder):
    written(folder, "config.json", eos_token_id=None)
    written(folder, "generation_config.json", eos_token_id=None)


def broken_template(folder):
    (folder / "chat_template.jinja").write_text("{% for m in messages %}{{ m }")


def anothers_template(folder):
    (folder / "chat_template.jinja").write_text(CHATML)


def endless_template(folder):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    anothers_template(folder)
    weights(folder, _with_rows)
    written(folder, "config.json", vocab_size=356)


def _with_rows(tensors):
    table = tensors["model.embed_tokens.weight"]
    tensors["model.embed_tokens.weight"] = torch.cat([table, table[-2:]])


def untied(folder):
    def change(tensors):
        tensors["lm_head.weight"] = tensors["model.embed_tokens.weight"] * 0.9

    weights(folder, change)


def without_head(folder):
    written(folder, "config.json", tie_word_embeddings=False)


def rotation(folder):
    written(folder, "config.json", rope_parameters={"rope_type": "default", "rope_theta": 5e5})


def heads(folder):
    written(folder, "config.json", num_attention_heads=8, num_key_value_heads=8, head_dim=12)


def sizes(folder):
    written(folder, "config.json", intermediate_size=128)


def flat(folder):
    def change(tensors):
        tensors[NORM] *= 0.01

    weights(folder, change)


def spiked(folder):
    def change(tensors):
        tensors[NORM] *= 100

    weights(folder, change)


def layers_swapped(folder):
    """All sizes stay within a few percent, and nothing fits."""

    def change(tensors):
        for name in [*tensors]:
            if ".layers.0." in name:
                other = name.replace(".0.", ".3.")
                tensors[name], tensors[other] = tensors[other], tensors[name]

    weights(folder, change)


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
