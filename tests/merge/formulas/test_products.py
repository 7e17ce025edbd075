import pytest

from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.text import text_of
from evomerge.merge.formulas.products import weighted_delta
from tests.merge.formulas.spelling import spelt


def product(text):
    return weighted_delta(spelt(f"b + sum({text})"), parse_formula(text))


def test_weights_mask_and_election_are_told():
    found = product("w * d * keep(d, p) * elect(w * d * keep(d, p))")
    assert [text_of(f.tree) for f in found.weights] == ["w"]
    assert text_of(found.mask) == "keep(d, p)"
    assert text_of(found.election) == "elect(w * d * keep(d, p))"
    assert not found.plainly


def test_an_election_may_be_over_deltas_without_their_weights():
    assert product("w * d * elect(d)").plainly
    assert not product("d * elect(d)").plainly


def test_a_drawn_delta_is_rescaled_by_its_density_or_its_size():
    by_density = product("w * d * drawn(p) / p")
    assert by_density.by_density
    assert [text_of(f.tree) for f in by_density.weights] == ["w"]
    assert product("w * rescaled(keep(d, p) * d, d)").rescaled
    assert not product("w * d * keep(d, p) / p").by_density


@pytest.mark.parametrize(
    "text",
    [
        "w * theta",
        "w * d * d",
        "w / d",
        "w * d * keep(theta, p)",
        "w * d * drawn(abs(d))",
        "w * d * elect(theta)",
        "w * d * elect(d) * elect(w * d)",
        "w * abs(d)",
        "rescaled(d, b)",
        "rescaled(d * varied(d, 0.5), d)",
        "rescaled(w * d * keep(d, p), d)",
        "rescaled(d, d)",
    ],
)
def test_other_products_are_no_weighted_deltas(text):
    assert product(text) is None


@pytest.mark.parametrize(
    "divisor, least",
    [
        ("sum(w * elect(w * d))", "0"),
        ("max(sum(w * elect(w * d)), 0.1)", "0.1"),
        ("max(0.1, sum(w * elect(w * d)))", "0.1"),
        ("sum(w)", None),
        ("sum(elect(w * d))", None),
        ("sum(w * elect(d))", None),
        ("min(sum(w * elect(w * d)), 1)", None),
        ("b", None),
    ],
)
def test_a_divisor_is_the_sum_of_the_agreeing_weights(divisor, least):
    found = product("w * d * elect(w * d)").divides_by(parse_formula(divisor))
    assert (found and text_of(found)) == least
