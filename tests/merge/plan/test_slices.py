import json

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

import evomerge
from evomerge.errors import ParentError
from evomerge.merge.parents import open_parents
from evomerge.recipe import parse_recipe
from tests.merge.plan.slice_cases import of_layers, planned, slices
from tests.tiny import CONFIG, LAYERS, tiny_tensors, write_model

LAST = LAYERS - 1


def test_layers_come_from_parents_of_any_depth(tmp_path):
    short, long = of_layers(tmp_path / "short", 0, 2), of_layers(tmp_path / "long", 1, 5)
    plan, operations = planned(slices((short, 0, 2), (long, 2, 5)))
    assert plan.layers[0].order == (0, 1, 2, 3, 4)
    made_of = operations["model.layers.4.mlp.up_proj.weight"].inputs[0]
    assert (made_of.parent, made_of.tensor) == (long, "model.layers.4.mlp.up_proj.weight")
    assert operations["model.norm.weight"].inputs[0].parent == long
    with pytest.raises(ParentError, match=f"layer_range \\[1, 4\\]: {short} has 2 layers"):
        planned(slices((long, 0, 1), (short, 1, 4)))


@pytest.mark.parametrize("where", ["slices", "modules: {text_decoder: {slices"])
def test_layers_that_there_are_not_are_told_with_their_own_line(tmp_path, where):
    short, long = of_layers(tmp_path / "short", 0, 2), of_layers(tmp_path / "long", 1, 5)
    for base, other in ((long, short), (short, long)):
        part = f"{{sources: [{{model: {other}, layer_range: [%d, %d]}}]}}"
        text = (
            f"merge_method: task_arithmetic\nbase_model: {base}\n{where}: [\n"
            f"{part % (0, 2)},\n{part % (1, 3)},\n]" + "}}" * ("modules" in where)
        )
        recipe = parse_recipe(text, "r.yaml")
        with pytest.raises(ParentError, match=r"^r.yaml:5: layer_range .*short has 2 layers"):
            open_parents(recipe)


def test_parents_of_slices_must_fit_together(tmp_path, make_model):
    a, b = make_model("a"), make_model("b", num_attention_heads=4)
    with pytest.raises(ParentError, match="num_attention_heads is 4, not 2"):
        planned(slices((a, 0, 1), (b, 1, 2)))
    wide = {name: torch.cat([t, t]) for name, t in tiny_tensors(0).items()}
    c = write_model(tmp_path / "c", wide)
    with pytest.raises(ParentError, match=r"is \[40, 8\], not \[20, 8\]"):
        planned(slices((a, 0, 1), (c, 1, 2)))


def test_the_slice_that_is_wrong_is_told_with_its_line(tmp_path, make_model):
    a, b = make_model("a"), make_model("b", num_attention_heads=4)
    mixed = of_layers(tmp_path / "m", 0, 3, lambda n, layer: n if layer else n.replace("up", "u"))
    for first, second, told in (
        (a, b, f"5: {b} does not fit"),
        (mixed, mixed, "4: layer 0 cannot become layer 2"),
    ):
        text = f"""\
merge_method: linear
slices:
- sources: [{{model: {first}, layer_range: [0, 2]}}]
- sources:
  - model: {second}
    layer_range: [0, 1]
"""
        with pytest.raises(ParentError, match=f"^r.yaml:{told}"):
            open_parents(parse_recipe(text, "r.yaml"))


def test_a_gradient_runs_within_each_slice_and_the_base_has_the_layers_of_the_first(make_model):
    base, a = make_model("base", 0), make_model("a", 1)
    _, operations = planned(
        f"""
merge_method: task_arithmetic
base_model: {base}
slices:
  - sources: [{{model: {a}, layer_range: [1, 3], parameters: {{weight: [0.0, 1.0]}}}}]
  - sources: [{{model: {a}, layer_range: [0, 1], parameters: {{weight: [0.0, 1.0]}}}}]
"""
    )
    found = [operations[f"model.layers.{n}.mlp.up_proj.weight"] for n in range(3)]
    assert [o.settings["weight"] for o in found] == [(0.0,), (1.0,), (1.0,)]
    assert [o.base.tensor for o in found] == [o.inputs[0].tensor for o in found]
    assert operations["model.norm.weight"].settings["weight"] == (0.0,)


def test_layers_that_guess_further_tokens_stay_behind_the_others(tmp_path):
    def with_another(name, seed, layers):
        def rename(tensor, layer):
            return tensor.replace("mlp.up", "eh") if layer == layers else tensor

        changes = {"num_hidden_layers": layers, "num_nextn_predict_layers": 1}
        return of_layers(tmp_path / name, seed, layers + 1, rename, **changes)

    short, long = with_another("short", 0, 2), with_another("long", 1, 4)
    plan, operations = planned(slices((short, 0, 2), (long, 1, 4)))
    assert plan.layers[0].order == (0, 1, 1, 2, 3)
    assert "model.layers.4.mlp.up_proj.weight" in operations
    (made_of,) = operations["model.layers.5.eh_proj.weight"].inputs
    assert (made_of.parent, made_of.tensor) == (long, "model.layers.4.eh_proj.weight")
    assert not [name for name in operations if ".6." in name]
    with pytest.raises(ParentError, match=f"{short} has 2 layers"):
        planned(slices((short, 0, 3)))


def test_a_number_of_layers_that_config_does_not_tell_stays(tmp_path):
    config = {key: value for key, value in CONFIG.items() if key != "num_hidden_layers"}
    a = str(write_model(tmp_path / "a", tiny_tensors(0), config))
    assert planned(slices((a, 0, LAYERS)))[0].layers[0].keys == ()
    with pytest.raises(ParentError, match=r"does not say how many layers model.layers has"):
        planned(slices((a, 0, LAST)))


@pytest.mark.parametrize("family", ["gemma2", "gemma3_text", "qwen2", "llama4_text", "smollm3"])
def test_layers_keep_their_kind_where_config_leaves_it_to_transformers(tmp_path, family):
    """Those of a model whose config.json lists them and of one whose does not are merged alike."""
    config = AutoConfig.for_model(
        family, vocab_size=40, hidden_size=8, intermediate_size=12, num_hidden_layers=6,
        num_attention_heads=2, num_key_value_heads=1, head_dim=4, sliding_window=4,
        use_sliding_window=True, max_window_layers=3, num_local_experts=2, intermediate_size_mlp=12,
        pad_token_id=0, interleave_moe_layer_step=1,
    )  # fmt: skip
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config)
    told, untold = tmp_path / "told", tmp_path / "untold"
    for folder in (told, untold):
        model.save_pretrained(folder)
    path = untold / "config.json"
    plain = json.loads(path.read_text())
    lists = {key for key, value in plain.items() if isinstance(value, list) and "layer" in key}
    assert lists
    path.write_text(json.dumps({k: v for k, v in plain.items() if k not in lists}))
    made = []
    for folder in (told, untold):
        out = tmp_path / f"{folder.name} merged"
        evomerge.merge(parse_recipe(slices((folder, 0, 3), (folder, 1, 6))), out)
        made.append(AutoModelForCausalLM.from_pretrained(out).eval())
    ids = torch.arange(3, 23)[None]
    with torch.no_grad():
        one, other = (model(ids).logits for model in made)
    assert torch.equal(one, other)


@pytest.mark.parametrize(
    "family, settings",
    [
        (
            "nemotron_h",
            {
                "layers_block_type": ["mamba", "attention", "mlp", "attention"],
                "mamba_num_heads": 4, "mamba_head_dim": 8, "ssm_state_size": 4, "n_groups": 1,
                "chunk_size": 8,
            },
        ),
        (
            "bamba",
            {
                "num_hidden_layers": 4, "attn_layer_indices": [1, 3], "mamba_n_heads": 8,
                "mamba_d_head": 8, "mamba_n_groups": 1, "mamba_d_state": 4,
            },
        ),
    ],
)  # fmt: skip
def test_kinds_of_layers_are_listed_in_several_ways(tmp_path, family, settings):
    config = AutoConfig.for_model(
        family, vocab_size=40, hidden_size=32, intermediate_size=48, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, **settings,
    )  # fmt: skip
    model = AutoModelForCausalLM.from_config(config)
    model.save_pretrained(tmp_path / "m")
    evomerge.merge(
        parse_recipe(slices((tmp_path / "m", 0, 3), (tmp_path / "m", 1, 4))), tmp_path / "out"
    )
    made, info = AutoModelForCausalLM.from_pretrained(tmp_path / "out", output_loading_info=True)
    assert not any(info.values()), info
    ours, theirs = (one.base_model.layers for one in (made, model))
    for new, old in enumerate([0, 1, 2, 1, 2, 3]):
        state = theirs[old].state_dict()
        assert ours[new].state_dict().keys() == state.keys()
        assert all(torch.equal(tensor, state[n]) for n, tensor in ours[new].state_dict().items())
