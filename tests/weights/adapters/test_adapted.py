import json

import pytest
import torch
from safetensors.torch import save_file

import evomerge
from evomerge.errors import ParentError
from evomerge.recipe import recipe_from
from evomerge.weights import Checkpoint, open_parent
from evomerge.weights.adapters import adapted
from tests.families import build
from tests.tiny import tiny_tensors, write_model


def LoraModel(base, folder):
    """The tensors of a base with an adapter."""
    return adapted(base, base.config, folder)[0]


MODULE = "model.layers.1.self_attn.q_proj"


def write_adapter(folder, tensors, **config):
    folder.mkdir()
    save_file(tensors, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(
        json.dumps({"peft_type": "LORA", "r": 2, "lora_alpha": 6, **config})
    )
    return folder


def pair(module=MODULE, rows=8, columns=8, rank=2):
    torch.manual_seed(1)
    key = f"base_model.model.{module}.lora"
    return {
        f"{key}_A.weight": torch.randn(rank, columns),
        f"{key}_B.weight": torch.randn(rows, rank),
    }


@pytest.fixture
def base(tmp_path):
    return Checkpoint(write_model(tmp_path / "base", tiny_tensors(0)))


@pytest.mark.parametrize(
    "config, scale",
    [
        ({}, 6 / 2),
        ({"use_rslora": True}, 6 / 2**0.5),
        ({"alpha_pattern": {"q_proj": 10}}, 10 / 2),
        ({"alpha_pattern": {"k_proj": 10}}, 6 / 2),
    ],
)
def test_adapted_tensors_are_base_plus_scaled_product(tmp_path, base, config, scale):
    weights = pair()
    model = LoraModel(base, write_adapter(tmp_path / "a", weights, **config))
    a, b = weights.values()
    expected = base.tensor(f"{MODULE}.weight") + scale * (b @ a)
    assert torch.allclose(model.tensor(f"{MODULE}.weight"), expected, atol=1e-6)
    other = "model.norm.weight"
    assert torch.equal(model.tensor(other), base.tensor(other))


def test_embeddings_and_transposed_layers(tmp_path, base):
    key = "base_model.model.model.embed_tokens.lora_embedding"
    a, b = torch.randn(2, 20), torch.randn(8, 2)
    model = LoraModel(base, write_adapter(tmp_path / "a", {f"{key}_A": a, f"{key}_B": b}))
    name = "model.embed_tokens.weight"
    assert torch.allclose(model.tensor(name), base.tensor(name) + 3 * (b @ a).T, atol=1e-6)
    module = "model.layers.0.mlp.up_proj"
    weights = pair(module, rows=8, columns=12)
    flipped = LoraModel(base, write_adapter(tmp_path / "b", weights, fan_in_fan_out=True))
    a, b = weights.values()
    expected = base.tensor(f"{module}.weight") + 3 * (b @ a).T
    assert torch.allclose(flipped.tensor(f"{module}.weight"), expected, atol=1e-6)


def test_layers_with_inputs_first_are_known_by_their_shape(tmp_path, base):
    """PEFT keeps the flag of the last layer alone where a model has layers of both kinds."""
    narrow, square = "model.layers.0.mlp.up_proj", "model.layers.0.self_attn.q_proj"
    weights = {**pair(narrow, rows=8, columns=12), **pair(square)}
    model = LoraModel(base, write_adapter(tmp_path / "a", weights, fan_in_fan_out=False))
    for module, (a, b) in zip((narrow, square), batched(weights.values()), strict=True):
        expected = base.tensor(f"{module}.weight") + 3 * (b @ a).T
        assert torch.allclose(model.tensor(f"{module}.weight"), expected, atol=1e-6)


def batched(tensors):
    return list(zip(*[iter(tensors)] * 2, strict=True))


def test_modules_saved_whole_replace_the_base(tmp_path, base):
    whole = torch.full((8,), 7.0)
    adapter = {**pair(), "base_model.model.model.norm.weight": whole}
    model = LoraModel(base, write_adapter(tmp_path / "a", adapter))
    assert torch.equal(model.tensor("model.norm.weight"), whole)


EXPERTS = ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]
LINEAR = ["q_proj", "k_proj", "o_proj", "up_proj", "down_proj"]
TWINS = {
    "plain": ("llama", {"r": 2, "lora_alpha": 3, "target_modules": LINEAR}),
    "rank-stabilized": ("llama", {"r": 3, "use_rslora": True, "target_modules": LINEAR}),
    "patterns": (
        "llama",
        {
            "r": 2,
            "target_modules": LINEAR,
            "rank_pattern": {"k_proj": 3, "layers.1.mlp.up_proj": 1},
            "alpha_pattern": {"layers.1.mlp.up_proj": 7, "^model.layers.2.*q_proj": 5},
        },
    ),
    "whole modules": (
        "llama",
        {"r": 2, "target_modules": ["q_proj"], "modules_to_save": ["lm_head", "norm"]},
    ),
    "embedding": ("llama", {"r": 2, "target_modules": ["embed_tokens", "q_proj"]}),
    "head": ("llama", {"r": 2, "target_modules": ["lm_head"]}),
    "Conv1D": ("gpt2", {"r": 2, "target_modules": ["c_attn", "c_proj", "c_fc"]}),
    "square Conv1D": ("gpt2", {"r": 2, "target_modules": ["attn.c_proj"], "fan_in_fan_out": True}),
    "biases": ("phi", {"r": 2, "target_modules": ["q_proj", "fc1"], "bias": "lora_only"}),
    "BERT": ("bert", {"r": 2, "target_modules": ["query", "dense"]}),
    "T5": ("t5", {"r": 2, "target_modules": ["q", "wi"]}),
    "vision and language": ("llava", {"r": 2, "target_modules": ["q_proj", "fc1", "linear_1"]}),
    "parts of other names": ("qwen2_vl", {"r": 2, "target_modules": ["q_proj", "qkv", "fc1"]}),
    "mixture of experts": ("mixtral", {"r": 2, "target_modules": ["q_proj", "o_proj"]}),
    "experts": (
        "qwen3_moe",
        {"r": 2, "target_modules": ["q_proj"], "target_parameters": EXPERTS},
    ),
    "experts with patterns": (
        "qwen3_moe",
        {
            "r": 2,
            "target_modules": [],
            "target_parameters": EXPERTS,
            "rank_pattern": {r".*\.gate_up_proj": 3},
            "alpha_pattern": {r".*\.gate_up_proj": 5},
        },
    ),
    "Hadamard on a head": ("llama", {"r": 2, "target_modules": ["lm_head", "q_proj"]}),
    "experts with inputs first": (
        "gpt_oss",
        {"r": 2, "lora_alpha": 3, "target_modules": [], "target_parameters": EXPERTS},
    ),
    "some experts": (
        "mixtral",
        {"r": 3, "target_modules": [], "target_parameters": EXPERTS[1:], "use_rslora": True},
    ),
    "magnitudes": ("llama", {"r": 2, "target_modules": LINEAR, "use_dora": True}),
    "magnitudes of Conv1D": ("gpt2", {"r": 2, "target_modules": ["c_attn"], "use_dora": True}),
    "Hadamard": ("llama", {"r": 2, "alpha": 5, "target_modules": LINEAR}),
    "Kronecker": ("llama", {"r": 2, "alpha": 3, "target_modules": LINEAR}),
    "Kronecker of factors": (
        "llama",
        {"r": 1, "target_modules": LINEAR, "decompose_both": True, "decompose_factor": 2},
    ),
    "scales": (
        "phi",
        {"target_modules": ["q_proj", "fc1", "fc2"], "feedforward_modules": ["fc2"]},
    ),
}
KINDS = {"Hadamard": "LoHaConfig", "Kronecker": "LoKrConfig", "scales": "IA3Config"}
LAST_BIT = ("experts", "magnitudes", "Hadamard", "Kronecker", "scales")
"""Where PEFT computes in the model's type, or in another order."""


@pytest.mark.filterwarnings("ignore::UserWarning:peft", "ignore::RuntimeWarning:peft")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("kind", TWINS)
def test_an_adapted_parent_is_the_model_that_peft_merges(tmp_path, kind, dtype):
    peft = pytest.importorskip("peft")
    family, settings = TWINS[kind]
    model = build(family, 0).to(dtype)
    model.save_pretrained(tmp_path / "base")
    adapted = peft.get_peft_model(model, config_of(peft, kind, settings))
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in adapted.parameters():
            if parameter.requires_grad:
                parameter.copy_(torch.randn(parameter.shape, generator=generator))
    adapted.save_pretrained(tmp_path / "adapter")
    adapted.merge_and_unload().save_pretrained(tmp_path / "twin")
    ours = open_parent(f"{tmp_path / 'base'}+{tmp_path / 'adapter'}").tensors
    twin = open_parent(str(tmp_path / "twin")).tensors
    base = open_parent(str(tmp_path / "base")).tensors
    assert set(ours.specs) == set(twin.specs)
    changed = [n for n in twin.specs if not torch.equal(twin.tensor(n), base.tensor(n))]
    assert changed
    for name in twin.specs:
        one, other = ours.tensor(name), twin.tensor(name)
        if any(word in kind for word in LAST_BIT):
            tolerance = 1e-5 if dtype == torch.float32 else 0.04
            assert torch.allclose(one.float(), other.float(), rtol=tolerance, atol=tolerance), name
        else:
            assert torch.equal(one, other), name


def config_of(peft, kind, settings):
    """PEFT's settings of one of the twins."""
    named = next((name for word, name in KINDS.items() if word in kind), "LoraConfig")
    return getattr(peft, named)(**settings)


@pytest.mark.filterwarnings("ignore::UserWarning:peft")
@pytest.mark.parametrize(
    "settings",
    [
        {"target_modules": ["embed_tokens", "v_proj"]},
        {"target_modules": ["lm_head", "v_proj"]},
        {"target_modules": ["v_proj"], "modules_to_save": ["embed_tokens"]},
        {"target_modules": ["v_proj"], "modules_to_save": ["lm_head"]},
        {"target_modules": ["embed_tokens", "v_proj"], "ensure_weight_tying": True},
    ],
    ids=lambda settings: " ".join(map(str, settings.values())),
)
def test_an_adapter_on_a_tied_base_is_the_model_that_was_trained(tmp_path, settings):
    """Whose output layer and embedding were not the same any more, unless PEFT was told so."""
    peft = pytest.importorskip("peft")
    model = build("qwen2", 0)
    model.save_pretrained(tmp_path / "base")
    trained = peft.get_peft_model(model, peft.LoraConfig(r=2, **settings))
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in trained.parameters():
            if parameter.requires_grad:
                parameter.copy_(torch.randn(parameter.shape, generator=generator))
    trained.save_pretrained(tmp_path / "adapter")
    name = f"{tmp_path / 'base'}+{tmp_path / 'adapter'}"
    recipe = recipe_from({"merge_method": "passthrough", "models": [{"model": name}]})
    evomerge.merge(recipe, tmp_path / "out")
    ids = torch.tensor([[3, 4, 5, 6]])
    made = type(model).from_pretrained(tmp_path / "out").eval()
    assert made.config.tie_word_embeddings is bool(settings.get("ensure_weight_tying"))
    with torch.no_grad():
        assert torch.allclose(made(ids).logits, trained.eval()(ids).logits, atol=1e-4)


@pytest.mark.filterwarnings("ignore::UserWarning:peft")
def test_a_base_that_was_given_tokens_has_the_adapters_rows(tmp_path):
    peft = pytest.importorskip("peft")
    build("llama", 0).save_pretrained(tmp_path / "base")
    model = build("llama", 0)
    model.resize_token_embeddings(43, mean_resizing=False)
    settings = {"target_modules": ["q_proj"], "modules_to_save": ["embed_tokens", "lm_head"]}
    trained = peft.get_peft_model(model, peft.LoraConfig(r=2, **settings))
    trained.save_pretrained(tmp_path / "adapter")
    name = f"{tmp_path / 'base'}+{tmp_path / 'adapter'}"
    parent = open_parent(name)
    assert parent.config["vocab_size"] == 43
    recipe = recipe_from({"merge_method": "passthrough", "models": [{"model": name}]})
    evomerge.merge(recipe, tmp_path / "out")
    made, ids = type(model).from_pretrained(tmp_path / "out").eval(), torch.tensor([[3, 41, 42]])
    with torch.no_grad():
        assert torch.allclose(made(ids).logits, trained.eval()(ids).logits, atol=1e-4)


def test_modules_that_stand_twice_in_the_file_are_read_once(tmp_path, base):
    """As PEFT writes them where embeddings were resized."""
    whole = torch.full((8,), 7.0)
    adapter = {
        **pair(),
        "base_model.model.model.norm.modules_to_save.weight": whole,
        "base_model.model.model.norm.original_module.weight": torch.zeros(8),
    }
    model = LoraModel(base, write_adapter(tmp_path / "a", adapter))
    assert torch.equal(model.tensor("model.norm.weight"), whole)


@pytest.mark.parametrize("family", ["t5", "bart"])
def test_where_one_tie_is_broken_all_tensors_are_stored(tmp_path, family):
    model = build(family, 0)
    model.save_pretrained(tmp_path / "base")
    size = model.config.d_model
    head = {
        f"base_model.model.lm_head.lora_{side}.weight": torch.randn(shape)
        for side, shape in (("A", (2, size)), ("B", (40, 2)))
    }
    adapter = write_adapter(tmp_path / "a", head)
    name = f"{tmp_path / 'base'}+{adapter}"
    recipe = recipe_from({"merge_method": "passthrough", "models": [{"model": name}]})
    evomerge.merge(recipe, tmp_path / "out")  # which transformers loads, with no tensor missing
    made = type(model).from_pretrained(tmp_path / "out")
    lora_a, lora_b = head.values()
    expected = model.lm_head.weight + 3 * (lora_b @ lora_a)
    assert torch.allclose(made.lm_head.weight, expected, atol=1e-5)
    assert torch.equal(made.get_input_embeddings().weight, model.get_input_embeddings().weight)


def test_some_tables_of_a_grown_vocabulary_are_not_enough(tmp_path):
    model = build("llama", 0)
    model.save_pretrained(tmp_path / "base")
    grown = {"base_model.model.lm_head.weight": torch.zeros(43, 8)}
    folder = write_adapter(tmp_path / "a", grown)
    with pytest.raises(ParentError, match=r"lm_head.weight is \[43, 8\], but \[40, 8\]"):
        open_parent(f"{tmp_path / 'base'}+{folder}")


def test_pickled_adapters_are_refused_without_being_opened(tmp_path, base):
    folder = write_adapter(tmp_path / "a", pair())
    (folder / "adapter_model.safetensors").rename(folder / "adapter_model.bin")
    with pytest.raises(ParentError, match=r"only pickled weights \(adapter_model.bin\)"):
        LoraModel(base, folder)


def test_an_adapter_for_another_task_is_told(tmp_path, base):
    tensors = {**pair(), "base_model.model.score.weight": torch.zeros(2, 8)}
    folder = write_adapter(tmp_path / "a", tensors, task_type="SEQ_CLS")
    with pytest.raises(ParentError, match=r"adapts score.weight.*it is an adapter for SEQ_CLS"):
        LoraModel(base, folder)


@pytest.mark.parametrize(
    "weights, config, problem",
    [
        (pair(module="model.layers.9.mlp"), {}, "which the base does not have"),
        (pair(rows=5), {}, r"is \[5, 8\], but \[8, 8\] in the base"),
        (pair(), {"use_dora": True}, "use_dora, but model.layers.1.self_attn.q_proj has no magn"),
        (pair(), {"use_qalora": True}, "use_qalora is not a plain low-rank sum"),
        (pair(), {"peft_type": "VERA"}, "a VERA adapter; LORA, LOHA, LOKR and IA3 can be"),
        (dict(list(pair().items())[:1]), {}, "has lora_A only"),
    ],
)
def test_what_cannot_be_merged_is_refused(tmp_path, base, weights, config, problem):
    folder = write_adapter(tmp_path / "a", weights, **config)
    with pytest.raises(ParentError, match=problem):
        LoraModel(base, folder)


def test_an_adapter_is_a_parent_with_a_hash_of_its_own(tmp_path, base):
    one = write_adapter(tmp_path / "one", pair())
    other = write_adapter(tmp_path / "other", pair(), lora_alpha=7)
    names = [str(base.folder), f"{base.folder}+{one}", f"{base.folder}+{other}"]
    parents = [open_parent(name) for name in names]
    assert len({parent.content_hash for parent in parents}) == 3
    assert parents[1].pinned == names[1]


@pytest.mark.parametrize("start", ["pissa", "pissa_niter_4", "olora", "loftq"])
def test_adapters_that_change_the_base_as_well_are_refused(tmp_path, base, start):
    folder = write_adapter(tmp_path / "a", pair(), init_lora_weights=start)
    with pytest.raises(ParentError, match="changes the base as well"):
        LoraModel(base, folder)


def test_an_adapter_without_its_scale_is_refused(tmp_path, base):
    folder = write_adapter(tmp_path / "a", pair(), lora_alpha=None)
    with pytest.raises(ParentError, match="lacks a number for lora_alpha"):
        LoraModel(base, folder)
