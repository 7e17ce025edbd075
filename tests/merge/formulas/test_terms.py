from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.text import text_of
from evomerge.merge.formulas.terms import factors_of, terms_of


def terms(text):
    return [(sign, text_of(tree)) for sign, tree in terms_of(parse_formula(text))]


def factors(text):
    return [(text_of(one.tree), one.divides) for one in factors_of(parse_formula(text))]


def test_a_sum_is_taken_apart_with_the_signs():
    expected = [(1.0, "b"), (-1.0, "w * d"), (1.0, "l"), (-1.0, "n")]
    assert terms("b - (w * d - (l - n))") == expected
    assert terms("-(b + d)") == [(-1.0, "b"), (-1.0, "d")]


def test_a_product_is_taken_apart_in_its_order():
    assert factors("w * (d * p) / l * n") == [
        ("w", False), ("d", False), ("p", False), ("l", True), ("n", False),
    ]  # fmt: skip


def test_a_divisor_stays_whole():
    assert factors("d / (w * p)") == [("d", False), ("w * p", True)]
