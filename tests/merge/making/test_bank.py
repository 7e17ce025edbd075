import pytest
import torch

from evomerge.cores import Cores
from evomerge.errors import TrialError
from evomerge.merge.making.bank import GPU_SHARE
from evomerge.merge.merging import write_model as write_merged
from evomerge.merge.parents import open_parents
from evomerge.recipe import recipe_from
from evomerge.weights import Checkpoint, open_parent
from tests.live import LiveBank
from tests.merge.making.engine_cases import CPU, RECIPES, recipe_of
from tests.tiny import tiny_tensors, write_model
from tests.weights.adapters.adapter_cases import pair, write_adapter


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


@pytest.mark.gpu
@pytest.mark.parametrize("kind", RECIPES)
@pytest.mark.parametrize("share", [GPU_SHARE, 0.0])
def test_bank_and_stream_agree_on_the_gpu(tmp_path, names, kind, share, monkeypatch):
    """Also where parents do not fit and are brought one by one."""
    monkeypatch.setattr("evomerge.merge.making.bank.GPU_SHARE", share)
    recipe, device = recipe_of(RECIPES[kind], names), torch.device("cuda")
    parents = open_parents(recipe)
    write_merged(recipe, parents, tmp_path / "out", device)
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


@pytest.mark.parametrize("method", ["linear", "ties", "knots", "dare_ties"])
def test_adapters_that_there_is_no_room_for_make_the_same_by_their_factors(tmp_path, method):
    base = write_model(tmp_path / "base", tiny_tensors(0))
    scaled = [{k: v * (n + 1) for k, v in pair().items()} for n in range(3)]
    names = [f"{base}+{write_adapter(tmp_path / str(n), a)}" for n, a in enumerate(scaled)]
    recipes = [
        recipe_from(
            {
                "merge_method": method,
                "base_model": str(base),
                "models": [{"model": n, "parameters": {"weight": weight}} for n in names],
            }
        )
        for weight in (0.5, 0.7)
    ]
    parents = {name: open_parent(name) for name in (str(base), *names)}
    with Cores(2) as cores:
        held, without_room = LiveBank(parents, CPU), LiveBank(parents, CPU, room=0)
        for recipe in recipes:
            ours = without_room.write(recipe, cores).model.state_dict()
            theirs = held.write(recipe, cores).model.state_dict()
            assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    inputs = [len(bank._inputs) for bank in (held, without_room)]
    assert inputs[0] > inputs[1]
