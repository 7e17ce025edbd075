import pytest
import torch

import evomerge
from evomerge.recipe import recipe_from
from tests.families import build
from tests.weights.adapters.adapter_cases import write_adapter


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
