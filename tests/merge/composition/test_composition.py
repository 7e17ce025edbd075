"""Equal compositions are equal weights, and weights of the usual kinds of sameness are found."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.cores import Cores
from evomerge.merge.composition.composition import composition, composition_name
from evomerge.merge.methods import METHODS
from evomerge.merge.parents import open_parents
from evomerge.merge.plan.plan import Planner
from evomerge.recipe import parse_recipe
from tests.live import LiveBank

BASE, FRENCH, ARITHMETIC = "zoo:base", "zoo:french", "zoo:arithmetic"


def recipe(method, models, more="", base=BASE):
    listed = "".join(f"  - {{model: {m}, parameters: {{{p}}}}}\n" for m, p in models.items())
    based = f"base_model: {base}\n" if base else ""
    return parse_recipe(f"merge_method: {method}\n{based}{more}dtype: float32\nmodels:\n{listed}")


def name(*args, **more):
    made = recipe(*args, **more)
    return composition_name(made, Planner(open_parents(made)))


NORMALIZED = "parameters: {normalize: true}\n"

SAME = {
    "the base": [
        ("linear", {BASE: ""}),
        ("task_arithmetic", {FRENCH: "weight: 0"}),
        ("task_arithmetic", {FRENCH: "", ARITHMETIC: ""}, "parameters: {lambda: 0}\n"),
        ("ties", {FRENCH: "weight: 0, density: 0.5"}),
        ("dare_ties", {FRENCH: "weight: 0, density: 0.5"}),
        ("dare_linear", {BASE: "weight: 0.3", FRENCH: "weight: 0"}),
    ],
    "one model": [
        ("task_arithmetic", {FRENCH: ""}),
        ("task_arithmetic", {FRENCH: "weight: 0.7"}, NORMALIZED),
        ("linear", {FRENCH: "weight: 0.2"}),
        ("linear", {FRENCH: "weight: 0.2", ARITHMETIC: "weight: 0"}),
        ("ties", {FRENCH: "weight: 0.3"}),
        ("ties", {BASE: "weight: 7", FRENCH: "weight: 0.3", ARITHMETIC: "weight: 0"}),
        ("dare_linear", {FRENCH: "weight: 0.3"}, NORMALIZED),
    ],
    "one model, trimmed": [
        ("ties", {FRENCH: "weight: 0.3, density: 0.5"}),
        ("ties", {FRENCH: "weight: 1.3, density: 0.5"}),
    ],
    "one model, thinned out": [
        ("dare_ties", {FRENCH: "weight: 0.3, density: 0.5"}, NORMALIZED),
        ("dare_linear", {FRENCH: "weight: 1.3, density: 0.5"}, NORMALIZED),
    ],
    "an average": [
        ("linear", {FRENCH: "weight: 1", ARITHMETIC: "weight: 2"}),
        ("linear", {ARITHMETIC: "weight: 0.4", FRENCH: "weight: 0.2"}),
        ("task_arithmetic", {ARITHMETIC: "weight: 2", FRENCH: ""}, NORMALIZED),
    ],
}


def offspring(args):
    made = recipe(*args)
    live = LiveBank(open_parents(made), torch.device("cpu")).write(made, Cores(1))
    return {key: tensor.clone() for key, tensor in live.model.state_dict().items()}


@pytest.mark.parametrize("kind", SAME)
def test_recipes_of_one_kind_are_made_of_the_same_and_weigh_the_same(kind):
    assert len({name(*args) for args in SAME[kind]}) == 1
    first, *others = [offspring(args) for args in SAME[kind]]
    for other in others:
        for key, tensor in first.items():
            assert torch.allclose(tensor, other[key], rtol=1e-5, atol=1e-6), key


def test_the_kinds_are_not_the_same():
    names = [name(*args[0]) for args in SAME.values()]
    assert len(set(names)) == len(SAME)


WITH_TWO = [
    method for method, known in METHODS.items() if known.models[0] <= 2 and known.models[1] != 1
]


@settings(deadline=None, max_examples=60)
@given(
    method=st.sampled_from([m for m in WITH_TWO if METHODS[m].statistic is None]),
    weights=st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.0 + 2**-20]), min_size=4, max_size=4),
)
def test_whatever_the_method_another_weight_is_another_offspring_or_makes_no_difference(
    method, weights
):
    """No two recipes are taken for the same whose tensors differ."""
    key = next((k for k, p in METHODS[method].parameters.items() if p.per_model), None)
    made = []
    for first, second in (weights[:2], weights[2:]):
        models = {FRENCH: f"{key}: {first}", ARITHMETIC: f"{key}: {second}"} if key else {}
        models = models or {FRENCH: "", ARITHMETIC: ""}
        made.append((method, models))
    if method == "passthrough" or any(not sum(pair) for pair in (weights[:2], weights[2:])):
        return
    if name(*made[0]) == name(*made[1]):
        ours, theirs = map(offspring, made)
        assert all(torch.allclose(ours[k], theirs[k], rtol=1e-5, atol=1e-6) for k in ours)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_a_composition_for_every_tensor(method):
    known = METHODS[method]
    count = max(known.models[0], min(known.models[1] or 3, 3))
    models = dict.fromkeys([FRENCH, ARITHMETIC, "zoo:largest"][:count], "")
    more = "calibration: {texts: README.md}\n" if known.statistic else ""
    made = recipe(method, models, more, base=None if known.base == "unused" else BASE)
    parents = open_parents(made)
    found = composition(made, Planner(parents))
    assert set(found) == set(parents[FRENCH].tensors.specs)
    assert found == composition(made, Planner(open_parents(made)))


def test_what_a_model_is_read_with_is_part_of_what_it_is():
    alone, based = ("linear", {FRENCH: ""}), ("task_arithmetic", {FRENCH: ""})
    made = recipe(*alone, base=None)
    of_deltas = recipe(*based)
    planners = [Planner(open_parents(one)) for one in (made, of_deltas)]
    assert composition(made, planners[0]) == composition(of_deltas, planners[1])
    parents = open_parents(made)
    parents[FRENCH].config["rope_theta"] = 1.0
    assert composition_name(made, Planner(parents)) != composition_name(made, planners[0])
