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
from evomerge.recipe import Genome, parse_recipe, recipe_from
from tests.live import LiveBank
from tests.merge.composition.definition import LAYERS, defined_name, parents

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

SPELT = {
    "linear": ("linear", '{formula: "sum(weight * theta) / sum(weight)"}'),
    "ties": (
        "ties",
        '{formula: "v = weight * d * keep(d, density); '
        'b + sum(v * elect(v)) / sum(weight * elect(v))"}',
    ),
}


@pytest.mark.parametrize("method, formula", SPELT.values(), ids=SPELT)
def test_a_formula_is_the_method_that_it_comes_to(method, formula):
    models = {FRENCH: "weight: 0.7, density: 0.5", ARITHMETIC: "weight: 0.2, density: 0.3"}
    assert name(method, models) == name(formula, models)


def test_formulas_that_no_kernel_knows_are_told_apart():
    models = {FRENCH: "w: 0.7", ARITHMETIC: "w: 0.2"}
    texts = ["b + median(w * d)", "b + largest(w * d)", "b + median(w*d)"]
    one, other, again = (name(f'{{formula: "{text}"}}', models) for text in texts)
    assert one == again != other


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


def shared(name, tensor):
    """What a model did not change: its norms, and all of the layers but one."""
    return name != "base" and ("norm" in tensor or f"layers.{'abcd'.index(name) % 2}." in tensor)


MODELS = ["base", "a", "b", "c", "d"]
KNOWN = {
    "all differ": parents(MODELS),
    "some share": parents(MODELS, shared),
    "types": parents(MODELS[:3], shared) | parents(MODELS[3:], shared, torch.float32),
    "integers": parents(MODELS, shared, torch.int64),
}
PLANNERS = {kind: Planner(known) for kind, known in KNOWN.items()}
NUMBERS = st.sampled_from([0, 0.25, 1, 1.0, 2, -0.5]) | st.floats(0, 1)
DEPTHS = NUMBERS | st.lists(NUMBERS, min_size=1, max_size=3)
RULES = st.builds(
    lambda name, value: {"filter": name, "value": value},
    st.sampled_from(["mlp", "layers.1.", "norm", "*", "nowhere"]),
    DEPTHS,
)
SETTINGS = DEPTHS | RULES | st.tuples(RULES, NUMBERS).map(list)
SCALED = {"scale": st.sampled_from([0.5, 1.0, 1.25])}


@st.composite
def recipes(draw):
    """A merge by any method of weights, of models or slices, with a path or without."""
    method = draw(st.sampled_from([name for name in METHODS if METHODS[name].statistic is None]))
    contract = METHODS[method]
    few, many = max(1, contract.models[0]), min(contract.models[1] or 4, 4)
    chosen = draw(st.permutations(MODELS[1:]))[: draw(st.integers(few, many))]

    def parameters(per_model):
        found = {}
        for name, parameter in contract.parameters.items():
            if parameter.per_model == per_model and draw(st.booleans()):
                flag = isinstance(parameter.default, int)
                low, high = max(parameter.low, -2.0), min(parameter.high, 2.0)
                values = st.booleans() if parameter.is_flag else st.integers(1, 2)
                if not flag and low <= 0 and high >= 2:
                    values = SETTINGS if low < 0 else st.floats(0, 2)
                elif not flag:
                    values = st.floats(max(low, 0), high)
                found[name] = draw(values)
        return found

    made = {
        "merge_method": method,
        "parameters": parameters(False),
        "seed": draw(st.integers(0, 1)),
    }
    if contract.base == "required" or draw(st.booleans()):
        made["base_model"] = "base"
    entries = [{"model": model, "parameters": parameters(True)} for model in chosen]
    first, layers = draw(st.integers(0, 1)), LAYERS
    if draw(st.integers(0, 2)):
        made["models"] = entries
    else:
        sources = [{**entry, "layer_range": [first, first + 2]} for entry in entries]
        made["slices"] = [{"sources": sources, "parameters": parameters(False)}] * 2
        layers = 4
    if draw(st.integers(0, 2)) == 0:
        steps = st.fixed_dictionaries({"layer": st.integers(0, layers - 1)}, optional=SCALED)
        made["path"] = draw(st.lists(steps, min_size=1, max_size=5))
    return recipe_from(made)


@settings(deadline=None, max_examples=150)
@given(kind=st.sampled_from([*KNOWN]), every=st.lists(recipes(), min_size=1, max_size=3))
def test_names_are_those_of_the_definition_to_the_byte(kind, every):
    for made in every:
        assert composition_name(made, PLANNERS[kind]) == defined_name(made, KNOWN[kind])


@pytest.mark.parametrize("numbers", [(0, 0.0, -0.0), (0.0, -0.0, 0), (1, 1.0), (1.0, 1)])
@pytest.mark.parametrize("method", ["iso_c", "task_arithmetic", "ties"])
def test_equal_numbers_give_one_name_however_they_are_written_and_whichever_came_first(
    method, numbers
):
    planner, names = Planner(KNOWN["all differ"]), set()
    for number in numbers:
        made = recipe_from(
            {
                "merge_method": method,
                "base_model": "base",
                "models": [{"model": "a", "parameters": {"weight": number}}, {"model": "b"}],
                "parameters": {"lambda": number},
                "path": [{"layer": 0, "scale": 1}],
            }
        )
        names |= {composition_name(made, planner), defined_name(made, KNOWN["all differ"])}
    assert len(names) == 1


def test_names_are_those_of_the_definition_whichever_models_are_used():
    gene = {"gene": {"low": 0, "high": 1}}
    use = {"gene": {"choice": [True, False]}}
    models = [{"model": m, "use": use, "parameters": {"weight": gene}} for m in MODELS[1:]]
    for method in ("task_arithmetic", "ties", "linear"):
        genome = Genome(
            recipe_from({"merge_method": method, "base_model": "base", "models": models})
        )
        generator, seen = torch.Generator().manual_seed(0), set()
        for _ in range(40):
            made = genome.decode(torch.rand(len(genome), generator=generator).tolist())
            seen.add(made.parent_names)
            name = composition_name(made, PLANNERS["some share"])
            assert name == defined_name(made, KNOWN["some share"])
        assert len(seen) > 10


def test_names_are_those_of_the_definition_whichever_path_is_taken():
    slices = [{"sources": [{"model": m, "layer_range": [0, LAYERS]}]} for m in "ab"]
    path = {"gene": {"repeats": 2, "scale": {"low": 0.5, "high": 1.5}}}
    genome = Genome(recipe_from({"merge_method": "passthrough", "slices": slices, "path": path}))
    generator = torch.Generator().manual_seed(0)
    for _ in range(40):
        made = genome.decode(torch.rand(len(genome), generator=generator).tolist())
        assert composition_name(made, PLANNERS["all differ"]) == defined_name(
            made, KNOWN["all differ"]
        )


RECORDED = {
    "linear": "cbe19868d8f987c281f3587d8d2fe79af4ef1ffd493d723af51b77c6bd38318f",
    "task_arithmetic": "2852ee873f92390262cc77a99e1debab902e2e108e48f133fbdb35f18c6b6b50",
    "ties": "fc318c925b5d2e1528cb2502987cca414af3e1b872ac91544b55a743a4d178c8",
    "dare_linear": "9d83c6f97c6bea225097166388a70448fcf4e11560b0f160dbfdc267212dd4c1",
    "breadcrumbs": "5855ab2cfb06cf9690e116c5355aa1c3353e1f8a5b41160ab8ffa75ecfe29017",
}


@pytest.mark.parametrize("method", RECORDED)
def test_names_in_ledgers_are_still_the_same(method):
    thin = {"density": 0.5} if "density" in METHODS[method].parameters else {}
    weights = {"a": 0.3, "b": 0.5, "c": 0.7}
    entries = [{"model": m, "parameters": {"weight": w, **thin}} for m, w in weights.items()]
    made = recipe_from({"merge_method": method, "base_model": "base", "models": entries})
    assert composition_name(made, Planner(KNOWN["some share"])) == RECORDED[method]
