"""A batch of offspring is the same, bit for bit, as one after the other."""

import numpy as np
import pytest
import torch

from evomerge.cores import Cores
from evomerge.errors import TrialError
from evomerge.merge.kernels import cpu
from evomerge.merge.merging import write_model
from evomerge.merge.parents import open_parents
from evomerge.recipe import recipe_from
from evomerge.weights import Checkpoint, open_parent
from tests.live import LiveBank

CPU = torch.device("cpu")
TYPES = {
    "A": torch.bfloat16,
    "B": torch.bfloat16,
    "C": torch.float16,
    "D": torch.float32,
    "E": torch.float64,
}


@pytest.fixture
def names(make_model):
    return {name: make_model(name, seed, TYPES[name]) for seed, name in enumerate(TYPES)}


def recipe_of(names, method, models, **keys):
    """A recipe over models by their short names, each with its parameters."""
    listed = [{"model": names[name], "parameters": how} for name, how in models.items()]
    if "base_model" in keys:
        keys["base_model"] = names[keys["base_model"]]
    return recipe_from({"merge_method": method, "models": listed, **keys})


def recipes(names):
    """Sums and others, of the same parents and of different ones, into several types."""
    gradient = [0.1, 0.9]
    made = [
        recipe_of(names, "linear", {"A": {}, "E": {}}),
        recipe_of(names, "linear", {"A": {"weight": 0.3}, "B": {"weight": gradient}}),
        recipe_of(names, "linear", {"B": {"weight": -0.4}, "A": {"weight": 0.8}}),
        recipe_of(names, "linear", {"A": {}, "B": {}, "C": {"weight": 0}, "D": {}}),
        recipe_of(names, "slerp", {"B": {}}, base_model="A", parameters={"t": gradient}),
        recipe_of(names, "slerp", {"B": {}}, base_model="A", parameters={"t": 0.0}),
        recipe_of(names, "ties", {"B": {"density": 0.4}, "C": {}}, base_model="A"),
        recipe_of(names, "task_arithmetic", {"B": {}, "A": {}}, base_model="A"),
        recipe_of(names, "dare_linear", {"B": {}, "C": {}}, base_model="A"),
        recipe_of(names, "dare_linear", {"B": {"density": 0.5}, "C": {}}, base_model="A"),
    ]
    for lambda_, dtype in ((0.5, "bfloat16"), (-1.5, "float32"), (1.0, "float16")):
        models = {"B": {"weight": gradient}, "C": {"weight": -0.3}}
        extra = {"base_model": "A", "parameters": {"lambda": lambda_}, "out_dtype": dtype}
        made.append(recipe_of(names, "task_arithmetic", models, **extra))
        models = {"A": {"weight": gradient}, "D": {}}
        made.append(recipe_of(names, "linear", models, out_dtype=dtype))
    source = [{"model": names["B"], "layer_range": [1, 3]}]
    slices = [{"sources": source}, {"sources": source}]
    return [*made, recipe_from({"merge_method": "linear", "slices": slices})]


def bits(tensor):
    return tensor.contiguous().reshape(-1).view(torch.uint8)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_batch_is_what_the_bank_and_the_stream_make(tmp_path, names, threads):
    every = recipes(names)
    parents = {name: open_parent(name) for name in names.values()}
    with Cores(threads) as cores:
        bank = LiveBank(parents, CPU)
        made = bank.batch(every, cores)
        again = bank.batch(every[::-1], cores)[::-1]
        for number, recipe in enumerate(every):
            state = bank.write(recipe, cores).model.state_dict()
            folder = tmp_path / str(number)
            write_model(recipe, open_parents(recipe), folder, CPU, threads=threads)
            streamed = Checkpoint(folder)
            assert made[number].keys() == again[number].keys() == streamed.specs.keys()
            for name, tensor in made[number].items():
                assert torch.equal(bits(tensor), bits(streamed.tensor(name))), (recipe, name)
                assert tensor.dtype == streamed.tensor(name).dtype == state[name].dtype
                assert torch.equal(bits(tensor), bits(state[name])), (recipe, name)
                assert torch.equal(bits(tensor), bits(again[number][name]))


def test_sums_of_the_same_are_one_pass(names, monkeypatch):
    """Of a method's recipes over the same parents, each tensor's parents are read once for all."""
    passes, kernel = [], cpu.combine_each

    def counted(thetas, weights, *others):
        passes.append(len(weights))
        return kernel(thetas, weights, *others)

    monkeypatch.setattr(cpu, "combine_each", counted)
    shares = np.linspace(-1, 1, 5)
    sums = [recipe_of(names, "linear", {"A": {"weight": 2.0}, "B": {"weight": w}}) for w in shares]
    models = [{"B": {"weight": w}, "C": {}} for w in shares]
    deltas = [recipe_of(names, "task_arithmetic", m, base_model="A") for m in models]
    with Cores(1) as cores:
        bank = LiveBank({name: open_parent(name) for name in names.values()}, CPU)
        tensors = len(bank.batch([*sums, *deltas], cores)[0])
    assert passes == [5] * 2 * tensors


@pytest.mark.parametrize("method", ["linear", "task_arithmetic"])
def test_a_batch_with_a_candidate_that_is_not_finite_fails_as_it_does_alone(names, method):
    keys = {"linear": {}, "task_arithmetic": {"base_model": "A"}}[method]
    models = [{"B": {"weight": w}, "C": {}} for w in (0.5, 3e38, 0.7)]
    every = [recipe_of(names, method, m, **keys, parameters={"normalize": False}) for m in models]
    with Cores(1) as cores:
        bank = LiveBank({name: open_parent(name) for name in names.values()}, CPU)
        with pytest.raises(TrialError, match="not finite after merging"):
            bank.batch(every, cores)
        assert len(bank.batch(every[::2], cores)) == 2
        assert bank.batch([], cores) == []
