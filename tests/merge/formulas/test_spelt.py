import pytest

from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.language import Sort
from tests.merge.formulas.spelling import spelt


@pytest.mark.parametrize(
    "text, additive",
    [
        ("b", True),
        ("b + sum(w * d)", True),
        ("sum(d) / sum(w) + b", True),
        ("b - l * mean(abs(d))", True),
        ("b + where(sum(w) > 1, sum(d), largest(d))", True),
        ("b + rescaled(sum(d), b)", True),
        ("b + 0 * b", True),
        ("mean(theta)", False),
        ("b + sum(keep(d, p))", False),
        ("b + 1", False),
        ("sum(d)", False),
        ("b + sum(d) + b", False),
        ("b + clip(sum(d), 1, 2)", False),
    ],
)
def test_its_form_shows_whether_it_is_the_base_where_no_model_differs(text, additive):
    assert spelt(text).additive is additive


def test_it_knows_whether_it_reads_the_base_and_draws():
    assert not spelt("mean(theta)").based
    assert spelt("mean(d)").based
    assert spelt("mean(theta) * varied(theta, 0.5)").based
    assert spelt("b + sum(d * drawn(p))").drawn
    assert not spelt("b + sum(d * keep(d, p))").drawn


def test_equal_formulas_are_written_alike():
    assert spelt("v=w*d ;b+sum( (v) )").text == "b + sum(w * d)"


def test_parts_have_sorts_and_what_stands_twice_is_known():
    one = spelt("b + sum(w * d) / sum(w * d)")
    assert one.sort(parse_formula("w * d")) == Sort(True, True)
    assert one.repeated == {parse_formula("w * d"), parse_formula("sum(w * d)")}
