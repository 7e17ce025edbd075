"""Models of every family: merged, loaded by transformers, and right tensor by tensor."""

import json
import re
from pathlib import Path

import pytest
import torch

import evomerge
from evomerge.cores import Cores
from evomerge.errors import ParentError, RecipeError
from evomerge.merge.parents import open_parents
from evomerge.recipe import parse_recipe
from evomerge.weights import Checkpoint
from tests.families import FAMILIES, model_class, save
from tests.live import LiveBank
from tests.merge import reference

SCORED = [
    "llama", "qwen2", "gemma2", "gpt_neox", "gpt2", "mixtral", "qwen3_moe", "gpt_oss", "mamba",
    "llava", "qwen2_vl", "gemma3",
]  # fmt: skip


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Two models of a family, made when first asked for."""
    root, made = tmp_path_factory.mktemp("families"), {}

    def pair(family):
        if family not in made:
            made[family] = [save(root / f"{family}-{n}", family, n) for n in range(2)]
        return made[family]

    return pair


def merged(text, out):
    evomerge.merge(parse_recipe(text), out)
    return Checkpoint(out)


def loads(out, family):
    """transformers finds all that it needs, and no more."""
    _, info = model_class(family).from_pretrained(out, output_loading_info=True)
    assert not any(info.values()), info


def depth_of(name, layers):
    """From the name alone: the number behind "layers", "h", "block" or "blocks"."""
    for prefix, count in layers.items():
        if name.startswith(prefix + "."):
            return int(name.removeprefix(prefix + ".").split(".")[0]) / (count - 1)
    return 0.0


LAYERS = {
    **{family: {"model.layers": 3} for family in FAMILIES},
    "gpt_neox": {"gpt_neox.layers": 3},
    "gpt2": {"transformer.h": 3},
    "mamba": {"backbone.layers": 3},
    "bert": {"bert.encoder.layer": 3},
    "bert_base": {"encoder.layer": 3},
    "t5": {"encoder.block": 3, "decoder.block": 2},
    "bart": {"model.encoder.layers": 3, "model.decoder.layers": 2},
    "vit": {"vit.encoder.layer": 2},
    "clip": {"text_model.encoder.layers": 3, "vision_model.encoder.layers": 2},
    "llava": {"language_model.model.layers": 3, "vision_tower.encoder.layers": 2},
    "qwen2_vl": {"model.layers": 3, "visual.blocks": 2},
    "gemma3": {"language_model.model.layers": 3, "vision_tower.encoder.layers": 2},
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_gradient_over_depth_reaches_the_layers_of_every_family(tmp_path, pairs, family):
    a, b = pairs(family)
    out = merged(
        f"""
merge_method: linear
models:
  - {{model: {a}, parameters: {{weight: [1.0, 0.25]}}}}
  - {{model: {b}, parameters: {{weight: [0.0, 0.75]}}}}
""",
        tmp_path / "out",
    )
    loads(tmp_path / "out", family)
    ours, theirs = Checkpoint(Path(a)), Checkpoint(Path(b))
    assert set(out.specs) == set(ours.specs)
    for name in out.specs:
        share = 0.75 * depth_of(name, LAYERS[family])
        thetas = [parent.tensor(name).double().numpy() for parent in (ours, theirs)]
        expected = reference.linear(thetas, [1 - share, share], True)
        assert torch.allclose(out.tensor(name).double(), torch.tensor(expected), atol=1e-5), name


@pytest.mark.parametrize("method", ["slerp", "ties"])
@pytest.mark.parametrize("family", ["gpt2", "qwen3_moe", "t5", "bart", "vit", "llava"])
def test_methods_that_look_at_whole_tensors(tmp_path, pairs, family, method):
    a, b = pairs(family)
    parameters = {"slerp": "parameters: {t: 0.3}", "ties": "parameters: {density: 0.5}"}[method]
    out = merged(
        f"merge_method: {method}\nbase_model: {a}\nmodels: [{{model: {b}}}]\n{parameters}",
        tmp_path / "out",
    )
    loads(tmp_path / "out", family)
    ours, theirs = Checkpoint(Path(a)), Checkpoint(Path(b))
    for name in out.specs:
        base, theta = (parent.tensor(name).double().numpy() for parent in (ours, theirs))
        if method == "slerp":
            expected = reference.slerp(theta, base, 0.3)
        else:
            expected = base + reference.trimmed(theta - base, 0.5)
        assert torch.allclose(out.tensor(name).double(), torch.tensor(expected), atol=1e-5), name


@pytest.mark.parametrize("family", SCORED)
def test_the_bank_writes_what_transformers_would_load(tmp_path, pairs, family):
    """Experts that transformers holds as one tensor, and parts that it renames, among them."""
    a, b = pairs(family)
    recipe = parse_recipe(f"merge_method: linear\nmodels: [{{model: {a}}}, {{model: {b}}}]")
    evomerge.merge(recipe, tmp_path / "out")
    loaded = model_class(family).from_pretrained(tmp_path / "out")
    with Cores(1) as cores:
        live = LiveBank(open_parents(recipe), torch.device("cpu")).write(recipe, cores)
    state, ids = live.model.state_dict(), torch.tensor([[3, 4, 5]])
    for name, tensor in loaded.state_dict().items():
        assert torch.equal(state[name], tensor), name
    with torch.inference_mode():
        logits = live.model(input_ids=ids).logits
        assert torch.allclose(logits, loaded.eval()(input_ids=ids).logits, atol=1e-5)


BEFORE = re.compile(r"embed_tokens|wte|wpe|embed_in|embeddings")


@pytest.mark.parametrize(
    "family, key",
    [
        ("llama", "num_hidden_layers"),
        ("gemma2", "num_hidden_layers"),
        ("phi", "num_hidden_layers"),
        ("gpt_neox", "num_hidden_layers"),
        ("gpt2", "n_layer"),
        ("mixtral", "num_hidden_layers"),
        ("mamba", "num_hidden_layers"),
        ("bert", "num_hidden_layers"),
    ],
)
def test_slices_of_every_family(tmp_path, pairs, family, key):
    """Embeddings come from the first slice, norm and head from the last; config.json follows."""
    a, b = pairs(family)
    out = merged(
        f"""
merge_method: linear
slices:
  - sources: [{{model: {a}, layer_range: [0, 2]}}]
  - sources: [{{model: {b}, layer_range: [1, 3]}}]
""",
        tmp_path / "out",
    )
    loads(tmp_path / "out", family)
    parents = [Checkpoint(Path(a)), Checkpoint(Path(b))]
    (prefix,) = LAYERS[family]
    sources = [(0, 0), (0, 1), (1, 1), (1, 2)]
    for name in out.specs:
        if name.startswith(prefix + "."):
            number, rest = name.removeprefix(prefix + ".").split(".", 1)
            parent, layer = sources[int(number)]
            taken = f"{prefix}.{layer}.{rest}"
        else:
            parent, taken = (0 if BEFORE.search(name) else 1), name
        assert torch.equal(out.tensor(name), parents[parent].tensor(taken)), name
    assert out.config[key] == 4
    if types := out.config.get("layer_types"):
        before = parents[0].config["layer_types"]
        assert types == [before[layer] for _, layer in sources]


def test_layers_of_a_deeper_model_keep_their_kinds(tmp_path):
    kinds = ["full_attention", "sliding_attention"]
    short = save(tmp_path / "short", "qwen2", 0, num_hidden_layers=4, layer_types=2 * kinds)
    long = save(tmp_path / "long", "qwen2", 1, num_hidden_layers=8, layer_types=4 * kinds[::-1])
    slices = f"""
merge_method: passthrough
slices:
  - sources: [{{model: {short}, layer_range: [0, 2]}}]
  - sources: [{{model: {long}, layer_range: [4, 8]}}]
"""
    merged(slices, tmp_path / "out")
    loads(tmp_path / "out", "qwen2")
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert config["layer_types"] == [*kinds, *2 * kinds[::-1]]
    file = Path(long, "config.json")
    told = json.loads(file.read_text())
    file.write_text(json.dumps({**told, "layer_types": told["layer_types"][:4]}))
    with pytest.raises(ParentError, match=r"<recipe>:5: .*long: config\.json has no layer_types"):
        open_parents(parse_recipe(slices))


def test_t5s_relative_positions_stay_with_the_first_layer(tmp_path, pairs):
    a, b = pairs("t5")
    out = merged(
        f"""
merge_method: linear
modules:
  encoder:
    slices:
      - sources: [{{model: {a}, layer_range: [1, 3]}}]
      - sources: [{{model: {b}, layer_range: [0, 2]}}]
""",
        tmp_path / "out",
    )
    loads(tmp_path / "out", "t5")
    ours, theirs = Checkpoint(Path(a)), Checkpoint(Path(b))
    assert (out.config["num_layers"], out.config["num_decoder_layers"]) == (4, 2)
    positions = "layer.0.SelfAttention.relative_attention_bias.weight"
    assert [n for n in out.specs if n.endswith(positions) and "encoder" in n] == [
        f"encoder.block.0.{positions}"
    ]
    assert torch.equal(
        out.tensor(f"encoder.block.0.{positions}"), ours.tensor(f"encoder.block.0.{positions}")
    )
    rest = "layer.0.SelfAttention.q.weight"
    assert torch.equal(
        out.tensor(f"encoder.block.0.{rest}"), ours.tensor(f"encoder.block.1.{rest}")
    )
    assert torch.equal(
        out.tensor(f"encoder.block.3.{rest}"), theirs.tensor(f"encoder.block.1.{rest}")
    )
    for name in [n for n in out.specs if not n.startswith("encoder")]:  # modules it does not name
        assert torch.equal(out.tensor(name), ours.tensor(name))


MODULES = """
merge_method: linear
modules:
  text_decoder:
    slices:
      - sources:
          - {{model: {a}, layer_range: [0, 2]}}
          - {{model: {b}, layer_range: [1, 3], parameters: {{weight: 3}}}}
        parameters: {{weight: 2}}
      - sources: [{{model: {b}, layer_range: [2, 3]}}, {{model: {a}, layer_range: [2, 3]}}]
  multi_modal_projector:
    models: [{{model: {a}}}, {{model: {b}, parameters: {{weight: 1}}}}]
    parameters: {{weight: 3}}
  vision_tower:
    models: [{{model: {a}, parameters: {{weight: 0}}}}, {{model: {b}}}]
parameters: {{weight: 5}}
"""


@pytest.mark.parametrize(
    "family, prefix, key, bridge",
    [
        ("llava", "language_model.model.layers", ("text_config", "num_hidden_layers"), "projector"),
        ("qwen2_vl", "model.layers", ("text_config", "num_hidden_layers"), "merger"),
        (
            "gemma3",
            "language_model.model.layers",
            ("text_config", "num_hidden_layers"),
            "projector",
        ),
    ],
)
def test_parts_of_a_vision_language_model(tmp_path, pairs, family, prefix, key, bridge):
    """A source's parameters come before its slice's, those before its module's, and the rest."""
    a, b = pairs(family)
    out = merged(MODULES.format(a=a, b=b), tmp_path / "out")
    loads(tmp_path / "out", family)
    parents = [Checkpoint(Path(a)), Checkpoint(Path(b))]

    def expected(name):
        names = [name, name]
        if name.startswith(prefix + "."):
            number, rest = name.removeprefix(prefix + ".").split(".", 1)
            weights = [5, 5] if number == "2" else [2, 3]
            layers = [(0, 1), (1, 2), (2, 2)][int(number)]
            names = [f"{prefix}.{layer}.{rest}" for layer in layers]
        elif bridge in name:
            weights = [3, 1]
        elif "vi" in name:
            weights = [0, 5]
        else:
            weights = [2, 3] if BEFORE.search(name) else [5, 5]
        thetas = [p.tensor(n).double().numpy() for p, n in zip(parents, names, strict=True)]
        return torch.tensor(reference.linear(thetas, weights, True))

    for name in out.specs:
        assert torch.allclose(out.tensor(name).double(), expected(name), atol=1e-5), name
    assert out.config[key[0]][key[1]] == 3


@pytest.mark.parametrize(
    "family, text, error, problem",
    [
        (
            "t5",
            "slices: [{{sources: [{{model: {a}, layer_range: [0, 1]}}]}}]",
            RecipeError,
            r"2 stacks of layers; say which by modules: \(decoder, encoder\)",
        ),
        (
            "llama",
            "modules: {{vision_tower: {{models: [{{model: {a}}}]}}}}",
            RecipeError,
            "no module 'vision_tower' that is not named already; there are text_decoder",
        ),
        (
            "llava",
            "modules: {{text_decoder: {{models: [{{model: {a}}}]}}, "
            "language_model: {{models: [{{model: {a}}}]}}}}",
            RecipeError,
            "no module 'language_model' that is not named already",
        ),
        (
            "llava",
            "modules: {{multi_modal_projector: {{slices: [{{sources: "
            "[{{model: {a}, layer_range: [0, 1]}}]}}]}}}}",
            RecipeError,
            "there are no layers to slice",
        ),
        (
            "t5",
            "modules: {{decoder: {{slices: "
            "[{{sources: [{{model: {a}, layer_range: [0, 3]}}]}}]}}}}",
            ParentError,
            "has 2 layers",
        ),
    ],
)
def test_slices_and_modules_that_the_model_does_not_have(pairs, family, text, error, problem):
    a, _ = pairs(family)
    with pytest.raises(error, match=problem):
        open_parents(parse_recipe("merge_method: linear\n" + text.format(a=a)))


def test_parents_of_other_types_and_in_shards(tmp_path, pairs):
    """The result has the wider type; what a folder is divided into does not matter."""
    a, b = pairs("qwen3_moe")
    narrow = [tmp_path / "whole", tmp_path / "shards"]
    model = model_class("qwen3_moe").from_pretrained(b, dtype=torch.bfloat16)
    for folder, size in zip(narrow, ("1GB", "4KB"), strict=True):
        model.save_pretrained(folder, max_shard_size=size)
    assert len(list(narrow[1].glob("*.safetensors"))) > 1
    outs = [
        merged(
            f"merge_method: linear\nmodels: [{{model: {a}}}, {{model: {other}}}]",
            tmp_path / f"out-{other.name}",
        )
        for other in narrow
    ]
    assert outs[0].content_hash == outs[1].content_hash
    assert {spec.dtype for spec in outs[0].specs.values()} == {torch.float32}
    ours, theirs = Checkpoint(Path(a)), Checkpoint(narrow[0])
    for name in outs[0].specs:
        mean = (ours.tensor(name).double() + theirs.tensor(name).double()) / 2
        assert torch.allclose(outs[0].tensor(name).double(), mean, atol=1e-6), name
