"""Parents of one class that are stored, tied or complete in other ways than the first."""

import json
import pickle
from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import load_file

import evomerge
from evomerge.cores import Cores
from evomerge.errors import ParentError, RecipeError
from evomerge.merge.folder.recipe_file import to_yaml
from evomerge.merge.parents import open_parents
from evomerge.merge.plan.plan import make_plan
from evomerge.recipe import parse_recipe
from evomerge.weights import Checkpoint
from tests.families import FAMILIES, GROUPED, SIGHT, SIZES, build, model_class, save
from tests.live import LiveBank
from tests.tokenized import shuffled, tokenized_model, tokenizer
from tests.weights.layouts.test_naming import hashes, linear, stored

OLD_NORM = {"original0": "weight_g", "original1": "weight_v"}


def speech(folder, seed):
    config = transformers.Wav2Vec2Config(
        vocab_size=12, hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=8, conv_dim=(8, 8), conv_stride=(2, 2), conv_kernel=(3, 3),
        num_conv_pos_embeddings=8, num_conv_pos_embedding_groups=2, num_feat_extract_layers=2,
    )  # fmt: skip
    torch.manual_seed(seed)
    transformers.Wav2Vec2ForCTC(config).save_pretrained(folder)
    return str(folder)


def old_norm(name):
    for new, old in OLD_NORM.items():
        name = name.replace(f"parametrizations.weight.{new}", old)
    return name


def today(name):
    """What trainers that write the model's own names call the parts of Qwen2-VL."""
    if name.startswith("visual."):
        return f"model.{name}"
    return name.replace("model.", "model.language_model.", 1)


def two_layouts(root, kind):
    """Models a and b, and b as it is stored otherwise."""
    if kind == "speech":
        a, b, other = (speech(root / n, seed) for n, seed in (("a", 0), ("b", 1), ("c", 1)))
        return a, b, stored(other, lambda tensors: {old_norm(n): t for n, t in tensors.items()})
    a, b, other = (save(root / n, kind, seed) for n, seed in (("a", 0), ("b", 1), ("c", 1)))
    if kind == "qwen2_vl":
        return a, b, stored(other, lambda tensors: {today(n): t for n, t in tensors.items()})
    build(kind, 1).save_pretrained(other, save_original_format=False)
    return a, b, other


@pytest.mark.parametrize("kind", ["qwen2_vl", "qwen3_moe", "mixtral", "speech"])
def test_a_model_is_the_same_in_every_layout_that_transformers_loads(tmp_path, kind):
    a, b, other = two_layouts(tmp_path, kind)
    assert Checkpoint(Path(b)).specs.keys() != Checkpoint(Path(other)).specs.keys()
    assert len(hashes(linear(a, b), linear(a, other), out=tmp_path / "o")) == 1
    evomerge.merge(linear(other, a), tmp_path / "back")
    assert Checkpoint(tmp_path / "back").specs.keys() == Checkpoint(Path(other)).specs.keys()
    kind = transformers.Wav2Vec2ForCTC if kind == "speech" else model_class(kind)
    one, back = (kind.from_pretrained(tmp_path / n).state_dict() for n in ("o/0", "back"))
    for name, tensor in one.items():
        assert torch.equal(back[name], tensor), name


@pytest.mark.parametrize("kind", ["qwen2_vl", "qwen3_moe", "mixtral"])
def test_offspring_in_any_layout_are_written_into_a_live_model(tmp_path, kind):
    a, _, other = two_layouts(tmp_path, kind)
    states = []
    for recipe in (linear(a, other), linear(other, a)):
        with Cores(1) as cores:
            live = LiveBank(open_parents(recipe), torch.device("cpu")).write(recipe, cores)
        states.append(live.model.state_dict())
    for name, tensor in states[0].items():
        assert torch.equal(states[1][name], tensor), name


def test_layers_of_a_deeper_model_in_another_layout_can_be_sliced(tmp_path):
    a = save(tmp_path / "a", "qwen3_moe", 0)
    settings = {**FAMILIES["qwen3_moe"][2], "num_hidden_layers": 5}
    deep = tmp_path / "deep"
    build("qwen3_moe", 1, **settings).save_pretrained(deep, save_original_format=False)
    evomerge.merge(
        parse_recipe(
            "merge_method: passthrough\nslices:\n"
            f"- sources: [{{model: {a}, layer_range: [0, 2]}}]\n"
            f"- sources: [{{model: {deep}, layer_range: [3, 5]}}]"
        ),
        tmp_path / "out",
    )
    made, theirs = (
        model_class("qwen3_moe").from_pretrained(n).state_dict() for n in (tmp_path / "out", deep)
    )
    for name in made:
        if name.startswith("model.layers.3."):
            source = theirs[name.replace("layers.3.", "layers.4.")]
            assert torch.equal(made[name], source), name


def test_a_parent_in_another_layout_travels(tmp_path):
    a, _, other = two_layouts(tmp_path, "qwen3_moe")
    parent = open_parents(linear(a, other))[other]
    arrived = pickle.loads(pickle.dumps(parent))
    assert arrived.tensors.specs == parent.tensors.specs
    for name in parent.tensors.specs:
        assert torch.equal(arrived.tensors.tensor(name), parent.tensors.tensor(name)), name


def test_what_only_the_base_has_and_no_class_loads_is_kept(tmp_path):
    base, a, b = (save(tmp_path / n, "llama", s) for s, n in enumerate(("base", "a", "b")))
    extra = {"mtp.fc.weight": torch.ones(4, 8), "mtp.layers.0.norm.weight": torch.ones(8)}
    stored(base, lambda tensors: {**tensors, **extra})
    models = f"models: [{{model: {a}}}, {{model: {b}}}]"
    recipe = parse_recipe(f"merge_method: task_arithmetic\nbase_model: {base}\n{models}")
    assert open_parents(recipe)[a].notes == (
        f"lacks mtp.fc.weight, mtp.layers.0.norm.weight; taken from {base}",
    )
    evomerge.merge(recipe, tmp_path / "out")
    out = load_file(tmp_path / "out" / "model.safetensors")
    assert torch.equal(out["mtp.fc.weight"], extra["mtp.fc.weight"])
    assert all(
        not op.inputs
        for op in make_plan(recipe, open_parents(recipe)).operations
        if op.name in extra
    )
    turned = open_parents(linear(a, base))[base]
    assert "mtp.fc.weight" not in turned.tensors.specs
    assert turned.notes == (
        f"has mtp.fc.weight, mtp.layers.0.norm.weight that {a} does not use; left out",
    )


@pytest.mark.parametrize("first", ["BertForPreTraining", "BertModel"])
def test_tensors_that_one_class_has_are_the_templates(tmp_path, first):
    def saved(kind, seed, **settings):
        torch.manual_seed(seed)
        config = transformers.BertConfig(**SIZES)
        getattr(transformers, kind)(config, **settings).save_pretrained(tmp_path / f"{kind}{seed}")
        return str(tmp_path / f"{kind}{seed}")

    a = saved(first, 0)
    if first == "BertModel":
        b = saved(first, 1, add_pooling_layer=False)
    else:
        b = saved("BertForMaskedLM", 1)
    evomerge.merge(linear(a, b), tmp_path / "out")
    ours, theirs, out = (load_file(Path(n) / "model.safetensors") for n in (a, b, tmp_path / "out"))
    assert out.keys() == ours.keys() > theirs.keys()
    for name, tensor in out.items():
        if name in theirs:
            assert torch.allclose(tensor, (ours[name] + theirs[name]) / 2, atol=1e-6), name
        else:
            assert torch.equal(tensor, ours[name]), name
    evomerge.merge(linear(b, a), tmp_path / "back")
    assert load_file(tmp_path / "back" / "model.safetensors").keys() == theirs.keys()


def test_a_tensor_that_every_model_of_the_class_needs_is_missed(tmp_path):
    a, b = (save(tmp_path / n, "bert", s) for s, n in enumerate("ab"))
    gone = "bert.encoder.layer.1.output.dense.bias"
    stored(b, lambda tensors: {n: t for n, t in tensors.items() if n != gone})
    with pytest.raises(ParentError, match=f"does not fit.*\n  {gone} is missing"):
        open_parents(linear(a, b))
    with pytest.raises(ParentError, match=f"b: {gone} is missing, which BertForMaskedLM needs"):
        open_parents(linear(b, a))


def tied_and_own(tmp_path):
    tied = save(tmp_path / "tied", "qwen2", 0)
    own = save(tmp_path / "own", "qwen2", 1, tie_word_embeddings=False)
    return tied, own


def test_an_output_layer_of_its_own_unties_the_result(tmp_path):
    tied, own = tied_and_own(tmp_path)
    made = []
    for number, recipe in enumerate((linear(tied, own), linear(own, tied))):
        evomerge.merge(recipe, tmp_path / str(number))
        config = json.loads((tmp_path / str(number) / "config.json").read_text())
        assert config["tie_word_embeddings"] is False
        made.append(load_file(tmp_path / str(number) / "model.safetensors"))
    ours, theirs = (load_file(Path(n) / "model.safetensors") for n in (tied, own))
    head = (ours["model.embed_tokens.weight"] + theirs["lm_head.weight"]) / 2
    for out in made:
        assert torch.allclose(out["lm_head.weight"], head, atol=1e-6)


def test_an_output_layer_that_equals_the_embedding_stays_tied(tmp_path):
    a, b = (save(tmp_path / n, "qwen2", s) for s, n in enumerate("ab"))
    same = save(tmp_path / "same", "qwen2", 1)
    head = {"tie_word_embeddings": False}
    stored(same, lambda t: {**t, "lm_head.weight": t["model.embed_tokens.weight"].clone()}, head)
    assert len(hashes(linear(a, b), linear(a, same), out=tmp_path / "o")) == 1
    config = json.loads((tmp_path / "o" / "1" / "config.json").read_text())
    assert config["tie_word_embeddings"] is True


def test_an_untied_template_travels(tmp_path):
    tied, own = tied_and_own(tmp_path)
    parents = open_parents(linear(tied, own))
    for parent in parents.values():
        arrived = pickle.loads(pickle.dumps(parent))
        assert arrived.tensors.specs == parent.tensors.specs
        assert arrived.config == parent.config
        name = "lm_head.weight"
        assert torch.equal(arrived.tensors.tensor(name), parent.tensors.tensor(name))


def test_a_language_model_joins_the_vision_language_model_that_it_is_a_part_of(tmp_path):
    text = {**GROUPED, "head_dim": 4, "num_hidden_layers": 6}
    whole = save(tmp_path / "whole", "gemma3", 0, text_config=text, vision_config=SIGHT)
    torch.manual_seed(1)
    part = transformers.Gemma3ForCausalLM(transformers.Gemma3TextConfig(**text))
    part.save_pretrained(tmp_path / "part")
    evomerge.merge(linear(whole, tmp_path / "part"), tmp_path / "out")
    kind = model_class("gemma3")
    out, ours = (kind.from_pretrained(n).state_dict() for n in (tmp_path / "out", whole))
    theirs = part.state_dict()
    shared = 0
    for name, tensor in out.items():
        own = name.replace("model.language_model.", "model.")
        if "language_model" in name or name.startswith("lm_head"):
            shared += 1
            assert torch.allclose(tensor, (ours[name] + theirs[own]) / 2, atol=1e-6), name
        else:
            assert torch.equal(tensor, ours[name]), name
    assert shared == len(theirs)


def test_what_batch_norms_count_is_the_bases(tmp_path):
    def saved(name, seed):
        config = transformers.ResNetConfig(
            embedding_size=4, hidden_sizes=[4, 8], depths=[1, 1], layer_type="basic"
        )
        torch.manual_seed(seed)
        model = transformers.ResNetModel(config)
        for counter in (b for n, b in model.named_buffers() if "num_batches" in n):
            counter.fill_(seed + 3)
        model.save_pretrained(tmp_path / name)
        return str(tmp_path / name)

    evomerge.merge(linear(saved("a", 0), saved("b", 1)), tmp_path / "out")
    out = load_file(tmp_path / "out" / "model.safetensors")
    counters = [t for n, t in out.items() if "num_batches" in n]
    assert counters
    assert {int(counter) for counter in counters} == {3}


def without_architectures(folder):
    path = Path(folder) / "config.json"
    config = json.loads(path.read_text())
    del config["architectures"]
    path.write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize("kind", ["qwen2_vl", "qwen3_moe"])
def test_the_class_is_the_types_where_config_names_none(tmp_path, kind):
    a, b, other = (without_architectures(folder) for folder in two_layouts(tmp_path, kind))
    assert len(hashes(linear(a, b), linear(a, other), out=tmp_path / "o")) == 1


def test_an_encoder_decoder_whose_config_names_no_class_can_be_merged(tmp_path):
    a, b = (without_architectures(save(tmp_path / n, "bart", s)) for s, n in enumerate("ab"))
    evomerge.merge(linear(a, b), tmp_path / "out")
    ours, theirs, out = (
        model_class("bart").from_pretrained(n).state_dict() for n in (a, b, tmp_path / "out")
    )
    for name, tensor in out.items():
        assert torch.allclose(tensor, (ours[name] + theirs[name]) / 2, atol=1e-6), name


def test_a_tensor_that_a_parent_lacks_is_not_read_in_its_order_of_tokens(tmp_path):
    words = tokenizer()
    base = tokenized_model(tmp_path / "base", words, 0, architectures=["LlamaForCausalLM"])
    bare = tokenized_model(tmp_path / "bare", shuffled(words, 3), 1, architectures=["LlamaModel"])
    stored(bare, lambda tensors: {n: t for n, t in tensors.items() if n != "lm_head.weight"})
    recipe = linear(base, bare)
    assert open_parents(recipe)[bare].lacking == {"lm_head.weight"}
    asked = parse_recipe(f"{to_yaml(recipe)}tokenizer_source: base")
    with pytest.raises(ParentError, match=r"numbered otherwise, and it lacks lm_head.weight"):
        open_parents(asked)


def test_output_layers_for_other_tasks_are_not_merged_with_each_other(tmp_path):
    def saved(kind, seed):
        torch.manual_seed(seed)
        model = getattr(transformers, kind)(transformers.BertConfig(**SIZES))
        model.save_pretrained(tmp_path / kind)
        return str(tmp_path / kind)

    words, texts = saved("BertForTokenClassification", 0), saved("BertForSequenceClassification", 1)
    recipe = linear(texts, words)
    with pytest.raises(ParentError, match="made for TokenClassification, the other for Sequence"):
        open_parents(recipe)
    open_parents(parse_recipe(f"{to_yaml(recipe)}allow_differences: [architectures]"))
    evomerge.merge(linear(texts, saved("BertModel", 2)), tmp_path / "out")


def test_a_variance_that_would_be_negative_is_refused(tmp_path):
    def saved(name, variance):
        config = transformers.ResNetConfig(
            embedding_size=4, hidden_sizes=[4, 8], depths=[1, 1], layer_type="basic"
        )
        model = transformers.ResNetModel(config)
        for buffer in (b for n, b in model.named_buffers() if "running_var" in n):
            buffer.fill_(variance)
        model.save_pretrained(tmp_path / name)
        return str(tmp_path / name)

    base, a = saved("base", 1.0), saved("a", 0.1)
    text = f"merge_method: task_arithmetic\nbase_model: {base}\nmodels: [{{model: {a}}}]\n"
    evomerge.merge(parse_recipe(text), tmp_path / "out")
    with pytest.raises(RecipeError, match="running_var is a variance, and came out negative"):
        evomerge.merge(parse_recipe(f"{text}parameters: {{weight: 1.5}}"), tmp_path / "far")
