import pytest
import torch

import evomerge
from evomerge.errors import ParentError
from evomerge.recipe import recipe_from
from evomerge.weights import open_parent
from tests.families import build
from tests.weights.adapters.adapter_cases import LoraModel, pair, write_adapter


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


def test_some_tables_of_a_grown_vocabulary_are_not_enough(tmp_path):
    model = build("llama", 0)
    model.save_pretrained(tmp_path / "base")
    grown = {"base_model.model.lm_head.weight": torch.zeros(43, 8)}
    folder = write_adapter(tmp_path / "a", grown)
    with pytest.raises(ParentError, match=r"lm_head.weight is \[43, 8\], but \[40, 8\]"):
        open_parent(f"{tmp_path / 'base'}+{folder}")


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
