import pytest

from evomerge.merge.formulas.vectors import added
from evomerge.merge.kernels.thinning import Drawn, Marked
from tests.merge.formulas.spelling import drawn, evaluation

NUMBERS = {"w": (0.5, 0.25), "l": 2.0, "p": (0.5, 1.0), "q": 0.5, "p2": (0.5, 0.5)}


def vectors(text, **changed):
    *thetas, base = drawn(3, (4, 5))
    return added(evaluation(text, thetas, base, **{**NUMBERS, **changed}))


def test_weights_stand_in_the_sum_and_the_factor_before_it():
    made = vectors("b + l * sum(w * d * 2)")
    assert made.weights == (1.0, 0.5)
    assert made.lambda_ == 2.0
    assert vectors("sum(w * d) / sum(w) + b").lambda_ == 1 / 0.75
    assert vectors("b - sum(w * d)").lambda_ == -1.0


def test_a_mean_shares_the_weights_out():
    assert vectors("b + l * mean(w * d)").weights == (0.5, 0.25)
    thinned = vectors("b + l * mean(w * d * keep(d, p))")
    assert (thinned.weights, thinned.lambda_) == ((0.5, 0.25), 1.0)


def test_masks_are_thinnings():
    assert [cut and cut.kept for cut in vectors("b + sum(d * keep(d, p))").thinnings] == [10, None]
    assert vectors("b + sum(d * drawn(p))").thinnings == [Drawn(0, 2**31), None]
    marked, other = vectors("b + sum(d * varied(d, q))").thinnings
    assert marked is other
    assert isinstance(marked, Marked)


def test_factors_give_back_what_was_thinned_out():
    assert vectors("b + sum(d * drawn(p) / p)").factors == [2.0, 1.0]
    one, other = vectors("b + sum(rescaled(d * keep(d, p), d))").factors
    assert one > 1.0
    assert other == 1.0


@pytest.mark.parametrize(
    "divisor, least",
    [("", None), (" / sum(w * elect(w * d))", 0.0), (" / max(sum(w * elect(w * d)), 0.5)", 0.5)],
)
def test_what_agrees_with_the_election_is_added(divisor, least):
    made = vectors(f"b + l * sum(w * d * elect(w * d)){divisor}")
    assert (made.elect, made.plainly, made.least, made.lambda_) == (True, False, least, 2.0)


def test_a_plain_election_has_no_negative_weights():
    assert vectors("b + sum(w * d * elect(d))").plainly
    assert vectors("b + sum(w * d * elect(d))", w=(-0.5, 0.25)) is None


@pytest.mark.parametrize(
    "text",
    [
        "b",
        "sum(w * theta)",
        "b + b + sum(d)",
        "b + sum(d) + sum(d)",
        "2 * b + sum(d)",
        "b + sum(w * d) / b",
        "b + sum(w * d) / sum(w * elect(w * d))",
        "b + sum(w * d * elect(w * d)) / sum(w)/ b / b",
        "b + sum(w * d * elect(w * d)) / max(sum(w * elect(w * d)), -1)",
        "b + largest(d)",
        "b + sum(d) * sum(d)",
    ],
)
def test_other_formulas_are_evaluated(text):
    assert vectors(text) is None
