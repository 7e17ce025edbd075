"""What holds for every method: bank and stream, cores, order, and tensors that are no matrices."""

from pathlib import Path

import pytest
import torch

from evomerge.cores import Cores
from evomerge.merge.merging import write_model
from evomerge.merge.methods import METHODS
from evomerge.merge.parents import check_weights, open_parents
from evomerge.recipe import recipe_from
from evomerge.weights import Checkpoint
from tests.live import LiveBank
from tests.merge.carried_out import merged

CPU = torch.device("cpu")
PLAIN = {name: method for name, method in METHODS.items() if method.statistic is None}
"""Methods that need no texts."""


def recipe_of(method, models, **others):
    few, many = method.models
    count = min(many or 3, max(few, 3))
    entries = [{"model": model} for model in models[1 : count + 1]]
    for number, entry in enumerate(entries):
        numbers = {"weight": 0.5 + number / 4, "density": 0.3 + number / 5}
        mine = {k: v for k, v in numbers.items() if k in method.parameters}
        entry["parameters"] = {k: v for k, v in mine.items() if method.parameters[k].per_model}
    base = {} if method.base == "unused" else {"base_model": models[0]}
    return recipe_from({"merge_method": method.name, "models": entries, **base, **others})


@pytest.fixture
def models(make_model):
    return [make_model(name, seed) for seed, name in enumerate("ABCD")]


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_bank_and_stream_make_the_same_bits_on_any_number_of_cores(tmp_path, models, name, dtype):
    recipe = recipe_of(METHODS[name], models, dtype=dtype)
    parents = open_parents(recipe)
    check_weights(recipe, parents)
    made = {
        write_model(recipe, parents, tmp_path / f"out{threads}", CPU, threads=threads)
        for threads in (1, 3)
    }
    assert len(made) == 1
    written = Checkpoint(tmp_path / "out1")
    with Cores(2) as cores:
        live = LiveBank(parents, CPU).write(recipe, cores)
    for tensor, target in live.tensors.items():
        assert torch.equal(written.tensor(tensor), target), tensor


@pytest.mark.parametrize("name", [n for n, m in PLAIN.items() if m.models[1] is None])
def test_the_order_of_models_changes_nothing(tmp_path, models, name):
    recipe = recipe_of(METHODS[name], models)
    plain = recipe.plain()
    plain["models"] = plain["models"][::-1]
    parents = open_parents(recipe)
    one, other = (
        write_model(r, parents, tmp_path / str(n), CPU)
        for n, r in enumerate((recipe, recipe_from(plain)))
    )
    assert one == other


@pytest.mark.parametrize(
    "shape", [(), (1,), (7,), (0,), (0, 3), (1, 6), (6, 1), (2, 3, 2)], ids=str
)
@pytest.mark.parametrize("name", ["tsv", "iso_c", "iso_cts", "wudi"])
def test_what_is_no_matrix_is_averaged(name, shape):
    base, *thetas = (
        torch.randn(shape, generator=torch.Generator().manual_seed(n)) for n in range(4)
    )
    others = {"iso_cts": {"common": 0.8}, "wudi": {"ridge": 0.01}}.get(name, {})
    ours = merged(name, thetas, base, weight=[1.0] * 3, lambda_=2.0, **others)
    assert torch.allclose(ours, base + 2 * (sum(thetas) / 3 - base), atol=1e-5)


@pytest.mark.parametrize("name", ["tsv", "iso_c", "iso_cts", "wudi"])
def test_a_table_is_averaged(name):
    base, *thetas = (
        torch.randn(9, 4, generator=torch.Generator().manual_seed(n)) for n in range(3)
    )
    others = {"iso_cts": {"common": 0.8}, "wudi": {"ridge": 0.01}}.get(name, {})
    ours = merged(name, thetas, base, weight=[1.0] * 2, lambda_=1.0, table=True, **others)
    assert torch.allclose(ours, sum(thetas) / 2, atol=1e-5)


@pytest.mark.parametrize("rescale", [False, True])
@pytest.mark.parametrize("name", [n for n, m in PLAIN.items() if "density" in m.parameters])
def test_a_density_of_zero_leaves_the_base(tmp_path, models, name, rescale):
    method, base = METHODS[name], Checkpoint(Path(models[0]))
    recipe = recipe_of(method, models).plain()
    nothing = {"density": 0.0, **({"rescale": rescale} if "rescale" in method.parameters else {})}
    for entry in recipe["models"]:
        entry["parameters"].pop("density", None)
    write_model(
        recipe_from({**recipe, "parameters": nothing}),
        open_parents(recipe_from(recipe)),
        tmp_path / "out",
        CPU,
    )
    written = Checkpoint(tmp_path / "out")
    for tensor in base.specs:
        assert torch.equal(written.tensor(tensor), base.tensor(tensor)), tensor


@pytest.mark.parametrize(
    "name", ["ties", "dare_ties", "dare_linear", "della", "della_linear", "breadcrumbs"]
)
def test_nothing_is_left_of_one_model_with_a_density_of_zero(name):
    """Whatever the model holds, and however large rescaling could make what stays."""
    method = METHODS[name]
    base, theta, gone, other = (
        torch.randn(5, 7, generator=torch.Generator().manual_seed(n)) for n in range(4)
    )
    settings = {k: p.default for k, p in method.parameters.items() if not p.per_model}
    settings["lambda_"] = settings.pop("lambda")
    for key in method.parameters.keys() - settings.keys():
        if method.parameters[key].per_model:
            settings[key] = (method.parameters[key].default,) * 2
    settings |= {"weight": (0.5, 0.75), "density": (0.6, 0.0), "rescale": True}
    keys = {"keys": [3, 4]} if method.random else {}
    one, two = (merged(name, [theta, last], base, **settings, **keys) for last in (gone, other))
    assert torch.equal(one, two)
    assert not torch.equal(one, base)
