"""Formulas as methods: ours, written in the language, make the same bits."""

import pytest
import torch

from evomerge.cores import Cores
from evomerge.errors import RecipeError, TrialError
from evomerge.merge.making.filling import Computing
from evomerge.merge.merging import write_model
from evomerge.merge.methods import METHODS, Inputs, Parameter
from evomerge.merge.methods.formula import Elementwise
from evomerge.merge.parents import check_weights, open_parents
from evomerge.merge.plan.contract import check_contract, method_of, methods_of, remarks
from evomerge.recipe import recipe_from
from evomerge.weights import Checkpoint
from tests.live import LiveBank
from tests.merge.formulas.spelling import bits, drawn, filled, method
from tests.merge.formulas.spelt_out import NAMES, NOT_SPELT_OUT, SPELT_OUT
from tests.merge.methods.test_methods import sparse

CPU = torch.device("cpu")
KINDS = {"float32": torch.float32, "bfloat16": torch.bfloat16}
OTHERS = [
    "b + sum(w * d * keep(d, p))",
    "b + median(d)",
    "mean(theta) + 0.1 * sqrt(var(theta))",
    "b + sum(w * rescaled(d * keep(abs(d) * rank(d), p), d))",
    "b + sum(d * drawn(abs(d) / largest(abs(d))))",
    "b + sum(d * norm(b) / norm(theta) * prune(theta, 0.6, 0.2)) / n",
]
"""Formulas, some of which are no method of ours."""


def given_to(made, values):
    """Our method's settings, as a formula's method takes them."""
    count = next(len(v) for v in [*values.values(), [0] * 3] if isinstance(v, list))
    settings = {}
    for key, value in values.items():
        name = NAMES.get(key.removesuffix("_"), key)
        if name in made.parameters:
            several = made.parameters[name].per_model and not isinstance(value, list)
            settings[name] = [value] * count if several else value
    return settings | ({"keys": values["keys"]} if made.random else {})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name, settings, text", SPELT_OUT)
def test_a_method_of_ours_written_out_makes_the_same_bits(name, settings, text, kind):
    ours, theirs = METHODS[name], method(text)
    count = min(3, ours.models[1] or 3)
    values = {**sparse(name, count), **settings}
    for number, shape in enumerate([(9, 11), (60,), (3, 4, 5), (1,), (0, 3), ()]):
        *thetas, base = drawn(count + 1, shape, number)
        for far, rounded in ((1.0, False), (1e-3, False), (1.0, True)):
            each = [base + far * theta for theta in thetas]
            of = [(t * 4).round() if rounded else t for t in [*each, base]]
            *mine, own = [t.to(KINDS[kind]) for t in of]
            inputs = Inputs(mine, None if ours.base == "unused" else own)
            given = given_to(theirs, values if count > 1 else {**values, "weight": [0.3]})
            made, spelt = ours.make(inputs, **values), theirs.make(inputs, **given)
            assert type(made) is type(spelt)
            assert torch.equal(bits(filled(inputs, made)), bits(filled(inputs, spelt)))


def test_every_method_is_written_out_or_it_is_said_why_not():
    assert {*METHODS} == {name for name, _, _ in SPELT_OUT} | {*NOT_SPELT_OUT}


@pytest.mark.parametrize("name, settings, text", SPELT_OUT)
def test_it_has_the_same_contract(name, settings, text):
    ours, theirs = METHODS[name], method(text)
    assert (ours.base, ours.random) == (theirs.base, theirs.random)
    # Near the base nearswap's share of both is the base, but for rounding.
    assert ours.additive == theirs.additive or name == "nearswap"


@pytest.mark.parametrize("text", OTHERS)
def test_a_part_is_that_of_the_whole(text):
    made = method(text)
    *thetas, base = ((t * 4).round() for t in drawn(4, (30, 7)))
    inputs = Inputs(thetas, base if made.base == "required" else None)
    values = {"w": [0.3, 0.9, 0.5], "p": [0.5] * 3}
    formula = made.make(
        inputs,
        **{k: v for k, v in values.items() if k in made.parameters},
        **({"keys": [1, 2, 3]} if made.random else {}),
    )
    whole = filled(inputs, formula)
    assert torch.equal(bits(whole), bits(filled(inputs, formula, rows=1)))
    assert torch.equal(bits(whole), bits(filled(inputs, formula, rows=4)))


@pytest.fixture
def models(make_model):
    return [make_model(name, seed) for seed, name in enumerate("ABCD")]


def recipe_of(text, models, **others):
    entries = [
        {"model": model, "parameters": {"w": 0.5 + n / 4} if "w *" in text else {}}
        for n, model in enumerate(models[1:])
    ]
    parameters = {"p": [0.3, 0.8]} if "p)" in text else {}
    base = {"base_model": models[0]}
    made = {"merge_method": {"formula": text}, "models": entries, "parameters": parameters}
    return recipe_from({**base, **made, **others})


@pytest.mark.parametrize("text", OTHERS)
def test_bank_stream_cores_and_the_order_of_models_change_no_bit(tmp_path, models, text):
    recipe = recipe_of(text, models, dtype="bfloat16")
    check_contract(recipe)
    parents = open_parents(recipe)
    check_weights(recipe, parents)
    turned = recipe_from({**recipe.plain(), "models": recipe.plain()["models"][::-1]})
    made = {
        write_model(one, parents, tmp_path / f"out{threads}", CPU, threads=threads)
        for one, threads in ((recipe, 1), (turned, 3))
    }
    assert len(made) == 1
    written = Checkpoint(tmp_path / "out1")
    with Cores(2) as cores:
        live = LiveBank(parents, CPU).write(recipe, cores)
    for tensor, target in live.tensors.items():
        assert torch.equal(written.tensor(tensor), target), tensor


def test_settings_are_those_of_any_method():
    plain = {
        "merge_method": {
            "formula": "b + lambda * sum(w * d)",
            "names": {"w": {"default": 0.5, "low": 0, "high": 2}, "lambda": 0.7, "idle": 3},
        },
        "base_model": "B",
        "models": [{"model": "A", "parameters": {"w": {"gene": {"low": 0, "high": 1}}}}],
    }
    made = method_of(recipe_from(plain))
    assert made.parameters["w"] == Parameter(0.5, per_model=True, low=0.0, high=2.0)
    assert made.parameters["lambda"] == Parameter(0.7)
    check_contract(recipe_from(plain))
    plain["models"][0]["parameters"]["w"] = 3
    with pytest.raises(RecipeError, match=r"w must lie between 0\.0 and 2\.0"):
        check_contract(recipe_from(plain))
    plain["models"][0]["parameters"] = {"weight": 1, "v": 1}
    with pytest.raises(RecipeError, match=r"formula has no parameter .v.; .*it has idle, lambda"):
        check_contract(recipe_from(plain))


def test_a_formula_of_the_base_needs_one():
    plain = {"merge_method": {"formula": "b + sum(d)"}, "models": [{"model": "A"}]}
    with pytest.raises(RecipeError, match="formula needs a base_model"):
        check_contract(recipe_from(plain))
    assert remarks(recipe_from({**plain, "merge_method": {"formula": "mean(theta)"}})) == []


def test_a_gene_may_choose_the_formula():
    choice = ["b + sum(d)", "mean(w * theta)"]
    plain = {
        "merge_method": {"formula": {"gene": {"choice": choice}}},
        "base_model": "B",
        "models": [{"model": "A", "parameters": {"w": 0.5}}],
    }
    assert [made.formula for made in methods_of(recipe_from(plain))] == choice
    check_contract(recipe_from(plain))
    with pytest.raises(TypeError, match="decode the genome first"):
        method_of(recipe_from(plain))


@pytest.mark.parametrize("text", ["b * exp(1000)", "b + sum(d) * log(0)", "b * 1e300 * 1e300"])
def test_what_is_not_finite_is_told(text):
    theta, base = drawn(2, (3, 4))
    inputs = Inputs([theta], base)
    assert not Computing(inputs, method(text).make(inputs)).fill(torch.empty(12))


def test_a_mask_that_cannot_be_had_is_a_failed_trial():
    theta, base = drawn(2, (3, 4))
    inputs = Inputs([theta], base)
    with pytest.raises(TrialError, match="must lie between 0 and 1"):
        method("b + sum(d * prune(d, 0.9, 0.5))").make(inputs, keys=[1])


@pytest.mark.parametrize("text", ["b + sum(d)", "mean(theta)", "sum(w * theta) / sum(w)"])
def test_one_model_is_itself_bit_for_bit(text):
    theta, base = torch.tensor([2.0**-30, -0.0, 1.0]), torch.tensor([1.0, -0.0, 0.5])
    inputs, made = Inputs([theta], base), method(text)
    formula = made.make(inputs, **({"w": [1.0]} if made.parameters else {}))
    assert not isinstance(formula, Elementwise)
    assert torch.equal(bits(filled(inputs, formula)), bits(theta))
