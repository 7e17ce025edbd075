import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.errors import TrialError
from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.meaning import ExampleTensors
from evomerge.formulas.text import text_of
from evomerge.merge.formulas.evaluation import Evaluation
from evomerge.merge.formulas.spelt import Spelt
from evomerge.merge.kernels.tensors.ranks import draws
from evomerge.merge.methods import Inputs
from tests.formulas.trees import PER_MODEL, trees
from tests.merge.formulas.spelling import bits, drawn, evaluation, filled

INEXACT = {"/", "sqrt", "exp", "log", "sin", "cos", "acos", "norm", "cosine", "rescaled"}
"""Functions whose results are rounded, so that a threshold or a comparison may tip over."""
VALUES = st.sampled_from([0.0, 0.5, 1.0, 2.0, -1.0, -0.5, 3.0])
PAIRS = st.tuples(VALUES, VALUES)
ROWS = st.lists(VALUES, min_size=5, max_size=5)
KEYS = (11, 2**63 + 5)
DRAWS = tuple((draws(key, 0, 5, torch.device("cpu")) / 2**32).tolist() for key in KEYS)
MOST = {"deadline": None, "max_examples": 200}


def made(tree, thetas, base, rows=None, keys=KEYS, **numbers):
    """What a formula makes of tensors; None where a mask cannot be had by its numbers."""
    inputs = Inputs(thetas, base)
    evaluation = Evaluation(Spelt(tree, PER_MODEL), inputs, numbers, keys)
    try:
        return filled(inputs, evaluation.elementwise(), rows)
    except TrialError:
        return None


@settings(**MOST)
@given(
    trees(depth=3, without=INEXACT), st.lists(ROWS, min_size=3, max_size=3), PAIRS, PAIRS, VALUES
)
def test_a_formula_makes_what_its_words_mean(tree, tensors, w, p, l):  # noqa: E741
    numbers, (base, *thetas) = {"w": w, "p": p, "l": l}, tensors
    ours = made(tree, [*map(torch.tensor, thetas)], torch.tensor(base), **numbers)
    theirs = ExampleTensors(base, tuple(thetas), numbers, DRAWS).value(tree)
    if ours is not None:
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5, err_msg=text_of(tree))


GIVEN = {"w": (0.3, 0.9), "p": (0.5, 0.3), "l": 0.7}


@settings(**MOST)
@given(trees())
def test_the_whole_is_made_of_its_parts_and_is_the_same_again(tree):
    *thetas, base = ((t * 4).round() for t in drawn(3, (30, 4)))
    whole = made(tree, thetas, base, **GIVEN)
    for rows in (None, 1, 7):
        again = made(tree, thetas, base, rows, **GIVEN)
        assert (whole is None) == (again is None)
        assert whole is None or torch.equal(bits(whole), bits(again))


@settings(**MOST)
@given(trees(depth=3, without=INEXACT), st.lists(ROWS, min_size=3, max_size=3))
def test_the_order_of_models_changes_nothing(tree, tensors):
    """Of numbers whose sums are exact."""
    base, one, other = map(torch.tensor, tensors)
    numbers = {"w": (0.5, 2.0), "p": (0.5, 0.25), "l": 0.5}
    turned = {k: v[::-1] if isinstance(v, tuple) else v for k, v in numbers.items()}
    first = made(tree, [one, other], base, **numbers)
    second = made(tree, [other, one], base, keys=KEYS[::-1], **turned)
    assert (first is None) == (second is None)
    if first is not None:
        np.testing.assert_allclose(first, second, rtol=1e-5, atol=1e-5, err_msg=text_of(tree))


def test_a_tensor_made_in_chunks_is_the_tensor(monkeypatch):
    *thetas, base = drawn(3, (50, 6))
    tree = parse_formula("b + sum(d * keep(w * theta, p) * rank(d))")
    whole = made(tree, thetas, base, **GIVEN)
    monkeypatch.setattr("evomerge.merge.formulas.evaluation.CHUNK", 12)
    assert torch.equal(bits(made(tree, thetas, base, **GIVEN)), bits(whole))


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (1,), (2, 3, 2)], ids=str)
def test_tensors_have_any_shape(shape):
    *thetas, base = drawn(3, shape)
    tree = parse_formula(
        "b + sum(d * keep(theta, p) * rank(d)) / norm(b) + total(b) * cosine(theta)"
    )
    assert made(tree, thetas, base, **GIVEN).isfinite().all()


@pytest.mark.parametrize(
    "text, value",
    [
        ("n", 2.0),
        ("numel", 6.0),
        ("dot(theta, theta)", (14.0, 4.0)),
        ("dot(theta, b)", (2.0, 2.0)),
        ("dot(b, theta)", (2.0, 2.0)),
        ("dot(b, b)", 2.0),
        ("dot(d, d)", (12.0, 2.0)),
        ("dot(d, b)", (0.0, 0.0)),
        ("norm(b)", 2**0.5),
        ("norm(2 * b)", 8**0.5),
        ("total(theta)", (4.0, 2.0)),
        ("total(b * 0 + 1)", 6.0),
        ("cosine(d)", 4 / 24**0.5),
        ("cosine(theta)", 6 / 56**0.5),
        ("sum(w * n)", 3.0),
    ],
)
def test_numbers_are_found_over_all_elements(text, value):
    base = torch.tensor([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    one = torch.tensor([[1.0, 2.0, 0.0], [1.0, 2.0, -2.0]])
    other = torch.tensor([[1.0, 1.0, 0.0], [1.0, 0.0, -1.0]])
    found = evaluation("b + sum(w * d)", [one, other], base, w=(1.0, 0.5))
    assert found.number(parse_formula(text)) == pytest.approx(value)
