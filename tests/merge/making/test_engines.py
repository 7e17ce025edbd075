"""The bank and the stream make the same weights, whatever the cores and the shards."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoFeatureExtractor, WhisperFeatureExtractor

from evomerge.cores import Cores
from evomerge.errors import ParentError, RecipeError, TrialError, UserError
from evomerge.merge.making.bank import GPU_SHARE
from evomerge.merge.merging import merge, write_model
from evomerge.merge.parents import check_weights, open_parents
from evomerge.recipe import load_recipe, parse_recipe, recipe_from
from evomerge.weights import Checkpoint, FolderWriter, open_parent
from tests.live import LiveBank
from tests.tiny import CONFIG, tiny_tensors
from tests.tiny import write_model as write_folder

CPU = torch.device("cpu")
RECIPES = {
    "linear": """
merge_method: linear
models: [{model: A, parameters: {weight: [0.2, 0.9]}}, {model: B}]""",
    "slerp": "merge_method: slerp\nbase_model: A\nmodels: [{model: B}]\nparameters: {t: [0, 1]}",
    "task_arithmetic": "merge_method: task_arithmetic\nbase_model: A\n"
    "models: [{model: B, parameters: {weight: 0.7}}, {model: C, parameters: {weight: 0.4}}]",
    "ties": "merge_method: ties\nbase_model: A\nmodels: [{model: B, parameters: {density: 0.3}},"
    " {model: C, parameters: {density: [0.2, 0.9]}}]",
    "dare_ties": "merge_method: dare_ties\nbase_model: A\nseed: 3\n"
    "models: [{model: B, parameters: {density: 0.5}}, {model: C, parameters: {density: 0.5}}]",
    "dare_linear": "merge_method: dare_linear\nbase_model: A\n"
    "models: [{model: B, parameters: {density: 0.5}}, {model: C, parameters: {density: 0.5}}]",
    **{
        name: f"merge_method: {name}\nbase_model: A\nparameters: {{{rest}}}\n"
        "models: [{model: B, parameters: {density: 0.5, weight: 0.7}},"
        " {model: C, parameters: {density: [0.4, 0.6]}}]"
        for name, rest in {
            "breadcrumbs": "gamma: 0.1",
            "breadcrumbs_ties": "gamma: [0.1, 0.4]",
            "della": "epsilon: 0.2",
            "della_linear": "epsilon: [0.1, 0.3]",
        }.items()
    },
    **{
        name: f"merge_method: {name.split()[0]}\nbase_model: A\nparameters: {{{rest}}}\n"
        "models: [{model: B}, {model: C}]"
        for name, rest in {
            "nuslerp": "weight: [0.2, 0.9]",
            "nuslerp by rows": "nuslerp_flatten: false",
            "nuslerp by columns": "nuslerp_flatten: false, nuslerp_row_wise: true",
            "multislerp": "normalize_weights: false",
            "model_stock": "",
            "model_stock filter_wise": "filter_wise: true",
            "sce": "select_topk: 0.5",
            "ram": "epsilon: 0.5",
            "ramplus_tl": "epsilon: 0.5, r: 2",
        }.items()
    },
    "nuslerp without base": "merge_method: nuslerp\nmodels: [{model: A}, {model: B}]",
    "multislerp without base": "merge_method: multislerp\nmodels: [{model: A}, {model: B}]",
    "karcher": "merge_method: karcher\nmodels: [{model: A}, {model: B}, {model: C}]",
    "arcee_fusion": "merge_method: arcee_fusion\nbase_model: A\nmodels: [{model: B}]",
    "nearswap": "merge_method: nearswap\nbase_model: A\nmodels: [{model: B}]\n"
    "parameters: {t: [0.2, 1]}",
    "passthrough": "merge_method: passthrough\nslices:\n"
    "- sources: [{model: A, layer_range: [0, 2]}]\n"
    "- sources: [{model: B, layer_range: [1, 3], parameters: {scale: "
    "[{filter: o_proj, value: 0.5}, {value: 1}]}}]",
    "slices": "merge_method: linear\nslices:\n"
    "- sources: [{model: A, layer_range: [0, 2]}]\n- sources: [{model: B, layer_range: [0, 3]}]",
}


@pytest.fixture
def names(make_model):
    return {"A": make_model("a", 1), "B": make_model("b", 2), "C": make_model("c", 3)}


def recipe_of(text, names, extra=""):
    for short, name in names.items():
        text = text.replace(f"model: {short}", f"model: {name}")
    return parse_recipe(text + extra)


@pytest.mark.parametrize("kind", RECIPES)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_bank_and_stream_agree_bit_for_bit_on_any_number_of_cores(tmp_path, names, kind, dtype):
    recipe = recipe_of(RECIPES[kind], names, f"\ndtype: {dtype}")
    parents = open_parents(recipe)
    check_weights(recipe, parents)
    hashes = {
        write_model(recipe, parents, tmp_path / f"out{threads}", CPU, threads=threads)
        for threads in (1, 2, 5)
    }
    assert len(hashes) == 1
    written = Checkpoint(tmp_path / "out1")
    with Cores(2) as cores:
        live = LiveBank(parents, CPU).write(recipe, cores)
    state = live.model.state_dict()
    for name in written.specs:
        assert torch.equal(written.tensor(name), state[name]), name
    assert {str(spec.dtype) for spec in written.specs.values()} == {f"torch.{dtype}"}


@pytest.mark.parametrize("kind", ["dare_ties", "della", "sce", "arcee_fusion"])
def test_parents_in_shards_make_the_same_weights(tmp_path, names, kind):
    tensors = dict(sorted(tiny_tensors(2).items()))
    specs = Checkpoint(tmp_path / "b").specs
    with FolderWriter(tmp_path / "shards", shard_bytes=500) as writer:
        writer.write_tensors(specs, tensors.items())
        writer.write_text("config.json", json.dumps(CONFIG))
    one = merge(recipe_of(RECIPES[kind], names), tmp_path / "one")
    names["B"] = str(tmp_path / "shards")
    assert merge(recipe_of(RECIPES[kind], names), tmp_path / "two") == one


@pytest.mark.parametrize("shard_bytes", [500, 5000, 10**9])
def test_a_merge_in_shards_is_the_same(tmp_path, names, shard_bytes):
    recipe = recipe_of(RECIPES["ties"], names)
    one = merge(recipe, tmp_path / "one")
    assert merge(recipe, tmp_path / "many", shard_bytes=shard_bytes) == one
    many = Checkpoint(tmp_path / "many")
    files = list((tmp_path / "many").glob("*.safetensors"))
    assert (len(files) > 1) == (shard_bytes < 10**9)
    assert many.content_hash == one
    for file in files:
        tensors = load_file(file)
        assert len(tensors) == 1 or sum(t.nbytes for t in tensors.values()) <= shard_bytes


def test_what_is_not_finite_is_told_with_tensor_and_parent(tmp_path, names):
    tensors = tiny_tensors(4)
    tensors["model.layers.1.mlp.up_proj.weight"][3, 2] = float("nan")
    names["B"] = str(write_folder(tmp_path / "broken", tensors))
    for kind in ("linear", "ties", "slerp", "task_arithmetic"):
        with pytest.raises(
            ParentError, match=r"broken: model\.layers\.1\.mlp\.up_proj\.weight has"
        ):
            merge(recipe_of(RECIPES[kind], names), tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_an_offspring_overwrites_the_one_before(names):
    with Cores(1) as cores:
        bank = LiveBank({n: open_parent(n) for n in names.values()}, CPU)
        first = bank.write(recipe_of(RECIPES["ties"], names), cores)
        before = {n: t.clone() for n, t in first.model.state_dict().items()}
        bank.write(recipe_of(RECIPES["slerp"], names), cores)
        again = bank.write(recipe_of(RECIPES["ties"], names), cores)
    assert again is first
    assert all(torch.equal(before[n], t) for n, t in again.model.state_dict().items())


def test_an_offspring_does_not_depend_on_those_before(names):
    """Tensors whose settings stay are not made again, so all that they depend on must be known."""
    changes = [
        ("weight: 0.7", "weight: [{filter: mlp, value: 0.2}, {value: 0.7}]"),
        ("density: 0.3", "density: [{filter: self_attn, value: 0.6}, {value: 0.3}]"),
        ("seed: 3", "seed: 4"),
        ("models:", "parameters: {lambda: 0.5}\nmodels:"),
    ]
    recipes = []
    for kind in ("task_arithmetic", "ties", "dare_ties", "linear", "slerp"):
        texts = [RECIPES[kind], *[RECIPES[kind].replace(a, b) for a, b in changes]]
        for text in dict.fromkeys(texts):
            if "lambda" not in text or kind not in ("linear", "slerp"):
                recipes += [recipe_of(text, names), recipe_of(text, names, "\ndtype: bfloat16")]
    parents = {n: open_parent(n) for n in names.values()}
    with Cores(1) as cores:
        bank = LiveBank(parents, CPU)
        for recipe in [*recipes, *recipes[::-3]]:
            ours = bank.write(recipe, cores).model.state_dict()
            fresh = LiveBank(parents, CPU).write(recipe, cores).model.state_dict()
            assert all(torch.equal(ours[name], fresh[name]) for name in fresh), recipe


def test_an_offspring_that_failed_leaves_nothing_behind(names):
    good = recipe_of(RECIPES["task_arithmetic"], names)
    plain = good.plain()
    plain["models"][1]["parameters"]["weight"] = 1e39
    with Cores(1) as cores:
        bank = LiveBank({n: open_parent(n) for n in names.values()}, CPU)
        before = {n: t.clone() for n, t in bank.write(good, cores).model.state_dict().items()}
        with pytest.raises(TrialError, match="not finite after merging"):
            bank.write(recipe_from(plain), cores)
        after = bank.write(good, cores).model.state_dict()
    assert all(torch.equal(before[n], t) for n, t in after.items())


def test_what_was_made_beside_a_tensor_that_failed_is_made_again(names):
    """Its numbers may be wrong: on a GPU nothing has looked at them yet."""
    good = recipe_of(RECIPES["linear"], names)
    plain, half = good.plain(), good.plain()
    for number, weight in enumerate((1.0, -1.0)):
        plain["models"][number]["parameters"] = {
            "weight": [{"filter": "norm", "value": weight}, 0.5]
        }
        half["models"][number]["parameters"] = {"weight": 0.5}
    with Cores(1) as cores:
        bank = LiveBank({n: open_parent(n) for n in names.values()}, CPU)
        live = bank.write(good, cores)
        with pytest.raises(TrialError, match="0"):
            bank.write(recipe_from(plain), cores)
        for tensor in live.model.state_dict().values():
            tensor.zero_()  # as a GPU may have left it
        again = bank.write(recipe_from(half), cores).model.state_dict()
        fresh = LiveBank(bank.parents, CPU).write(recipe_from(half), cores).model.state_dict()
    assert all(torch.equal(again[n], t) for n, t in fresh.items())


def test_every_parent_is_asked_by_its_own_settings_whatever_came_before(make_model):
    """Workers get recipes in any order: what an offspring is must not depend on the one before."""
    names = [make_model(name, seed=n) for n, name in enumerate("AB")]
    Path(names[1], "generation_config.json").write_text('{"eos_token_id": 7}')
    config = json.loads(Path(names[1], "config.json").read_text())
    Path(names[1], "config.json").write_text(json.dumps({**config, "rms_norm_eps": 0.5}))
    recipes = [recipe_from({"merge_method": "linear", "models": [{"model": n}]}) for n in names]
    ids = torch.tensor([[3, 1, 4]])
    seen = []
    for order in ((0, 1), (1, 0)):
        bank = LiveBank({name: open_parent(name) for name in names}, torch.device("cpu"))
        results = {}
        with Cores(1) as cores:
            for index in order:
                live = bank.write(recipes[index], cores)
                eos = live.model.generation_config.eos_token_id
                results[index] = (eos, live.model(ids).logits.tolist())
        seen.append(results)
    assert seen[0] == seen[1]
    assert seen[0][1][0] == 7 != seen[0][0][0]


def test_transformers_loads_what_is_written(tmp_path, names):
    from transformers import AutoModelForCausalLM

    for kind, layers in (("ties", 3), ("slices", 5)):
        recipe = recipe_of(RECIPES[kind], names)
        merge(recipe, tmp_path / kind)
        model, info = AutoModelForCausalLM.from_pretrained(
            tmp_path / kind, output_loading_info=True
        )
        assert not any(info.values()), info
        assert model.config.num_hidden_layers == layers
        with Cores(1) as cores:
            live = LiveBank(open_parents(recipe), CPU).write(recipe, cores)
        tokens = torch.arange(10)[None]
        assert torch.equal(model(tokens).logits, live.model(tokens).logits)


def test_images_and_sounds_reach_the_offspring_as_they_do_its_template(tmp_path, names):
    for name, size in (("A", 8), ("B", 16)):
        WhisperFeatureExtractor(feature_size=size).save_pretrained(names[name])
    (Path(names["A"]) / "processor_config.json").write_text("{}")
    recipe = recipe_of(RECIPES["slerp"], names)
    merge(recipe, tmp_path / "out", device="cpu")
    assert AutoFeatureExtractor.from_pretrained(tmp_path / "out").feature_size == 8
    assert (tmp_path / "out" / "processor_config.json").read_text() == "{}"


def test_the_recipe_written_beside_the_weights_makes_them_again(tmp_path, names):
    sha256 = merge(recipe_of(RECIPES["dare_ties"], names), tmp_path / "one")
    assert merge(tmp_path / "one" / "recipe.yaml", tmp_path / "two") == sha256
    card = (tmp_path / "one" / "README.md").read_text()
    assert sha256 in card
    assert card.startswith("---\nbase_model:\n- a\n- b\n- c\n")


def test_a_parent_that_has_changed_since_is_told(tmp_path, names, make_model):
    merge(recipe_of(RECIPES["ties"], names), tmp_path / "one")
    (tmp_path / "b" / "model.safetensors").unlink()
    (tmp_path / "b" / "config.json").unlink()
    (tmp_path / "b").rmdir()
    make_model("b", 99)
    with pytest.raises(ParentError, match="b has changed"):
        merge(load_recipe(tmp_path / "one" / "recipe.yaml"), tmp_path / "two")


def test_integers_are_copied_when_equal_and_refused_when_not(tmp_path):
    def folder(name, number, dtype=torch.int64):
        tensors = {**tiny_tensors(0), "steps": torch.tensor([number], dtype=dtype)}
        return str(write_folder(tmp_path / name, tensors))

    recipe = "merge_method: linear\nmodels: [{{model: {}}}, {{model: {}}}]"
    same = parse_recipe(recipe.format(folder("a", 7), folder("b", 7)))
    merge(same, tmp_path / "out")
    assert Checkpoint(tmp_path / "out").tensor("steps").tolist() == [7]
    other, mixed = folder("c", 8), folder("d", 7, torch.float32)
    a = str(tmp_path / "a")
    for pair in ((a, other), (a, mixed), (mixed, a)):
        with pytest.raises(ParentError, match="steps holds integers and differs"):
            merge(parse_recipe(recipe.format(*pair)), tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_what_is_not_finite_is_told_with_parent_and_tensor(tmp_path, names, make_model):
    broken = make_model("x", 0, tensors={"model.norm.weight": torch.full((8,), float("nan"))})
    recipe = parse_recipe(f"merge_method: linear\nmodels: [{{model: {broken}}}]")
    with pytest.raises(ParentError, match=r"x: model.norm.weight has values that are not finite"):
        merge(recipe, tmp_path / "out")
    huge = recipe_of(RECIPES["linear"], names, "\ndtype: float16\nparameters: {normalize: false}")
    plain = huge.plain()
    plain["models"][0]["parameters"]["weight"] = 1e6
    with pytest.raises(TrialError, match="not finite after merging"), Cores(1) as cores:
        LiveBank(open_parents(huge), CPU).write(type(huge).model_validate(plain), cores)


def test_merging_refuses_genes_existing_folders_and_strange_tokenizers(tmp_path, names):
    genes = recipe_of(RECIPES["slerp"].replace("[0, 1]", "{gene: {low: 0, high: 1}}"), names)
    with pytest.raises(RecipeError, match=r"leaves 1 values open \(parameters.t"):
        merge(genes, tmp_path / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(UserError, match="exists already"):
        merge(recipe_of(RECIPES["slerp"], names), tmp_path / "full")
    other = recipe_of(RECIPES["slerp"], names, "\ntokenizer_source: elsewhere")
    with pytest.raises(RecipeError, match=r"elsewhere: no such folder.*union, base, or a model"):
        merge(other, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_out_dtype_is_the_results_and_types_promote_without_one(tmp_path, make_model):
    a, b = make_model("a", 1, torch.bfloat16), make_model("b", 2, torch.float32)
    text = f"merge_method: linear\nmodels: [{{model: {a}}}, {{model: {b}}}]"
    for extra, dtype in (("", "float32"), ("\ndtype: float32\nout_dtype: float16", "float16")):
        merge(parse_recipe(text + extra), tmp_path / dtype)
        specs = Checkpoint(tmp_path / dtype).specs
        assert {str(spec.dtype) for spec in specs.values()} == {f"torch.{dtype}"}
        config = json.loads((tmp_path / dtype / "config.json").read_text())
        assert config["dtype"] == dtype


@pytest.mark.gpu
@pytest.mark.parametrize("kind", RECIPES)
def test_the_gpu_makes_the_same_weights(tmp_path, names, kind):
    recipe = recipe_of(RECIPES[kind], names)
    merge(recipe, tmp_path / "cpu", device="cpu")
    merge(recipe, tmp_path / "gpu", device="cuda")
    cpu, gpu = Checkpoint(tmp_path / "cpu"), Checkpoint(tmp_path / "gpu")
    for name in cpu.specs:
        assert torch.allclose(cpu.tensor(name), gpu.tensor(name), rtol=1e-6, atol=1e-6)


@pytest.mark.gpu
@pytest.mark.parametrize("kind", RECIPES)
@pytest.mark.parametrize("share", [GPU_SHARE, 0.0])
def test_bank_and_stream_agree_on_the_gpu(tmp_path, names, kind, share, monkeypatch):
    """Also where parents do not fit and are brought one by one."""
    monkeypatch.setattr("evomerge.merge.making.bank.GPU_SHARE", share)
    recipe, device = recipe_of(RECIPES[kind], names), torch.device("cuda")
    parents = open_parents(recipe)
    write_model(recipe, parents, tmp_path / "out", device)
    written = Checkpoint(tmp_path / "out")
    with Cores.on(device) as cores:
        bank = LiveBank(parents, device)
        for _ in range(2):
            state = bank.write(recipe, cores).model.state_dict()
            for name in written.specs:
                assert torch.equal(written.tensor(name), state[name].cpu()), name


@pytest.mark.gpu
def test_what_is_not_finite_on_the_gpu_fails(names):
    good = recipe_of(RECIPES["task_arithmetic"], names)
    plain = good.plain()
    plain["models"][1]["parameters"]["weight"] = 1e39
    device = torch.device("cuda")
    with Cores.on(device) as cores:
        bank = LiveBank({n: open_parent(n) for n in names.values()}, device)
        before = {n: t.clone() for n, t in bank.write(good, cores).model.state_dict().items()}
        with pytest.raises(TrialError, match="not finite after merging"):
            bank.write(recipe_from(plain), cores)
        after = bank.write(good, cores).model.state_dict()
    assert all(torch.equal(before[n], t) for n, t in after.items())
