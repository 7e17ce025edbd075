"""Checkpoints of one model that were stored in different ways are read alike."""

import json
from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

import evomerge
from evomerge.errors import ParentError
from evomerge.merge.parents import open_parents
from evomerge.recipe import parse_recipe
from evomerge.weights import Checkpoint, check_alike, open_parent
from evomerge.weights.layouts.naming import counterparts
from tests.families import model_class, save
from tests.tiny import CONFIG, tiny_tensors, write_model


def stored(folder, change, config=None):
    """Change what a model folder stores."""
    file = Path(folder) / "model.safetensors"
    tensors = {name: tensor.clone() for name, tensor in load_file(file).items()}
    save_file(change(tensors), file)
    if config:
        path = Path(folder) / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **config}))
    return str(folder)


def linear(*models):
    listed = ", ".join(f"{{model: {model}}}" for model in models)
    return parse_recipe(f"merge_method: linear\nmodels: [{listed}]")


def hashes(*recipes, out):
    return {evomerge.merge(recipe, out / str(n)) for n, recipe in enumerate(recipes)}


def loads(out, family):
    _, info = model_class(family).from_pretrained(out, output_loading_info=True)
    assert not any(info.values()), info


@pytest.mark.parametrize(
    "family, copy, of",
    [
        ("qwen2", "lm_head.weight", "model.embed_tokens.weight"),
        ("gpt2", "lm_head.weight", "transformer.wte.weight"),
        ("t5", "decoder.embed_tokens.weight", "shared.weight"),
        ("t5", "lm_head.weight", "shared.weight"),
        ("bart", "model.encoder.embed_tokens.weight", "model.shared.weight"),
        ("bert", "cls.predictions.decoder.bias", "cls.predictions.bias"),
        ("bert", "cls.predictions.decoder.weight", "bert.embeddings.word_embeddings.weight"),
    ],
)
def test_a_tied_tensor_that_is_stored_twice_is_written_once(tmp_path, family, copy, of):
    a, b = save(tmp_path / "a", family, 0), save(tmp_path / "b", family, 1)
    twice = save(tmp_path / "twice", family, 0)
    stored(twice, lambda tensors: {**tensors, copy: tensors[of].clone()})
    assert copy not in open_parent(twice).tensors.specs
    assert len(hashes(linear(a, b), linear(twice, b), linear(b, twice), out=tmp_path / "o")) == 1
    loads(tmp_path / "o" / "1", family)


def test_whether_a_model_ties_is_its_types_default_where_config_does_not_say(tmp_path):
    for family, hidden in (("gpt2", True), ("llama", False)):
        folder = save(tmp_path / family, family, 0)
        embedding = {"gpt2": "transformer.wte.weight", "llama": "model.embed_tokens.weight"}[family]
        stored(folder, lambda t, e=embedding: {**t, "lm_head.weight": t[e].clone()})
        config = json.loads(Path(folder, "config.json").read_text())
        del config["tie_word_embeddings"]
        Path(folder, "config.json").write_text(json.dumps(config))
        assert ("lm_head.weight" not in open_parent(folder).tensors.specs) is hidden


def test_tied_tensors_that_differ_are_refused(tmp_path):
    """transformers would not tie them on loading, whatever config.json says."""
    folder = save(tmp_path / "a", "qwen2", 0)
    stored(folder, lambda tensors: {**tensors, "lm_head.weight": torch.randn(40, 8)})
    with pytest.raises(ParentError, match=r"ties lm_head.weight to model.embed_tokens.weight, but"):
        open_parent(folder)
    stored(folder, dict, {"tie_word_embeddings": False})
    assert "lm_head.weight" in open_parent(folder).tensors.specs


def test_tables_of_tokens_that_are_not_tied_to_each_other_stay(tmp_path):
    """A translator has one for each language; the head is that of the second."""
    folder = save(tmp_path / "a", "bart", 0)

    def own_tables(tensors):
        shared = tensors.pop("model.shared.weight")
        tables = {"model.encoder.embed_tokens.weight": torch.randn(40, 8)}
        tables |= {"model.decoder.embed_tokens.weight": shared, "lm_head.weight": shared.clone()}
        return {**tensors, **tables}

    specs = open_parent(stored(folder, own_tables)).tensors.specs
    assert "model.encoder.embed_tokens.weight" in specs
    assert "model.decoder.embed_tokens.weight" in specs
    assert "lm_head.weight" not in specs


def test_buffers_that_one_parent_stores_do_not_stop_a_merge(tmp_path):
    mask = torch.ones(1, 1, 16, 16).tril()
    a, b = save(tmp_path / "a", "gpt2", 0), save(tmp_path / "b", "gpt2", 1)
    buffers = {"transformer.h.0.attn.bias": mask, "transformer.h.0.attn.masked_bias": -1e4}
    old = save(tmp_path / "old", "gpt2", 0)
    stored(old, lambda t: {**t, **{name: torch.as_tensor(v) for name, v in buffers.items()}})
    assert len(hashes(linear(a, b), linear(old, b), out=tmp_path / "o")) == 1
    c, d = (write_model(tmp_path / n, tiny_tensors(s)) for s, n in enumerate("cd"))
    stored(c, lambda t: {**t, "model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(2)})
    open_parents(linear(c, d))


def test_a_bias_of_attention_is_no_mask(make_model):
    name = "model.layers.0.attn.bias"
    parent = open_parent(make_model("a", tensors={name: torch.zeros(8)}))
    assert name in parent.tensors.specs


@pytest.mark.parametrize(
    "family, change",
    [
        ("gpt2", lambda name: name.removeprefix("transformer.")),
        ("bert_base", lambda name: f"bert.{name}"),
        ("bert", lambda name: name.replace("LayerNorm.weight", "LayerNorm.gamma")),
        ("bert", lambda name: name.replace("LayerNorm.bias", "LayerNorm.beta")),
        ("llava", lambda name: name.replace("language_model.model.", "model.language_model.")),
        ("gemma3", lambda name: name.replace("vision_tower.", "model.vision_tower.")),
    ],
)
def test_other_names_for_the_same_tensors(tmp_path, family, change):
    a, b = save(tmp_path / "a", family, 0), save(tmp_path / "b", family, 1)
    other = save(tmp_path / "other", family, 0)
    stored(other, lambda tensors: {change(name): t for name, t in tensors.items()})
    assert len(hashes(linear(b, a), linear(b, other), out=tmp_path / "o")) == 1
    evomerge.merge(linear(other, b), tmp_path / "theirs")
    loads(tmp_path / "theirs", family)


def test_names_without_a_counterpart_stay(tmp_path):
    assert counterparts(["a.layers.0.w", "b"], ["x.a.layers.0.w", "c"]) == {
        "a.layers.0.w": "x.a.layers.0.w",
        "b": "b",
    }
    assert counterparts(["model.w", "w"], ["w"]) == {"model.w": "model.w", "w": "w"}


def test_what_is_hidden_and_renamed_is_still_that_parent(tmp_path):
    folder = save(tmp_path / "a", "qwen2", 0)
    stored(folder, lambda t: {**t, "lm_head.weight": t["model.embed_tokens.weight"].clone()})
    assert open_parent(folder).content_hash == Checkpoint(Path(folder)).content_hash


def test_a_models_config_of_other_sizes_is_shown(tmp_path):
    """With it goes what transformers would have had to make up."""
    a = write_model(tmp_path / "a", tiny_tensors(0))
    tensors = {n: t for n, t in tiny_tensors(1).items() if ".layers.2." not in n}
    b = write_model(tmp_path / "b", tensors, {**CONFIG, "num_hidden_layers": 2})
    parents = [open_parent(str(a)), open_parent(str(b))]
    with pytest.raises(ParentError, match="num_hidden_layers is 2, not 3"):
        check_alike(parents)
    check_alike(parents, in_depth=False)


def test_buffers_that_a_class_loads_stay(tmp_path):
    """ClapModel stores its positions, and misses them."""
    config = transformers.ClapTextConfig(vocab_size=40, hidden_size=8, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=8)  # fmt: skip
    transformers.ClapTextModel(config).save_pretrained(tmp_path / "m")
    assert "embeddings.position_ids" in open_parent(str(tmp_path / "m")).tensors.specs


def test_what_config_ties_is_not_tied_where_the_class_does_not(tmp_path):
    """Pop2Piano has a head of its own, whatever config.json says."""
    config = transformers.Pop2PianoConfig(
        vocab_size=40, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_decoder_layers=1, num_heads=2
    )
    assert config.tie_word_embeddings
    model = transformers.Pop2PianoForConditionalGeneration(config)
    model.save_pretrained(tmp_path / "m")
    names = open_parent(str(tmp_path / "m")).tensors.specs
    assert {"lm_head.weight", "shared.weight"} <= names.keys()
