import pytest

from evomerge.formulas.error import FormulaError
from evomerge.formulas.grammar import DEEPEST, LARGEST, LONGEST, is_name, parse_formula
from evomerge.formulas.tree import Applied, Constant, Symbol

B, D, W = Symbol("b"), Symbol("d"), Symbol("w")


def test_products_bind_before_sums_and_both_from_the_left():
    product = Applied("*", (W, D))
    assert parse_formula("b - w*d - b") == Applied("-", (Applied("-", (B, product)), B))
    assert parse_formula("b / w / w") == Applied("/", (Applied("/", (B, W)), W))
    assert parse_formula("b / (w / w)") == Applied("/", (B, Applied("/", (W, W))))


def test_comparisons_bind_last_and_are_not_chained():
    assert parse_formula("b + d >= w") == Applied(">=", (Applied("+", (B, D)), W))
    with pytest.raises(FormulaError, match="column 7: '< 3' stands where the formula ends"):
        parse_formula("1 < w < 3")


@pytest.mark.parametrize(
    "text, value", [("2", 2.0), (".5", 0.5), ("1.", 1.0), ("1e-6", 1e-6), ("2.5E+3", 2500.0)]
)
def test_numbers_are_written_as_usual(text, value):
    assert parse_formula(text) == Constant(value)


def test_a_sign_before_a_factor_is_a_function():
    assert parse_formula("--w") == Applied("neg", (Applied("neg", (W,)),))


def test_what_a_name_stands_for_is_put_in_its_place():
    text = "v = w * d;\n s = sum(v); b + s / s"
    assert parse_formula(text) == parse_formula("b + sum(w * d) / sum(w * d)")


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "column 1: the end stands where a number, a name or '[(]' is expected"),
        ("b +", "column 4: the end stands where"),
        ("b b", "column 3: 'b' stands where the formula ends"),
        ("sum(d", "column 6: the end stands where '[)]' is expected"),
        ("b + $x", "column 5: '[$]x' cannot be read"),
        ("b\n+ é", "line 2, column 3: 'é' cannot be read"),
        ("b**2", "column 3: '[*]2' stands where"),
        ("b.real", "column 2: '.real' cannot be read"),
        ("b[0]", "cannot be read"),
        ("lambda x: x", "cannot be read"),
        ("__import__(b)", "column 1: '__import__[(]b[)]' is no function of the language"),
        ("neg(b)", "is no function of the language"),
        ("_b", "is no name"),
        ("sum", "is a function, and needs brackets"),
        ("keep(d)", r"has 1 arguments; it is keep\(x, p\)"),
        ("1e999 * b", "is too large a number"),
        ("d = 1; d", "column 1: 'd = 1; d' is a name that stands for something already"),
        ("v = 1; v = 2; v", "column 8: 'v = 2; v' is a name that stands"),
        ("v = 1", "column 6: the end stands where ';' is expected"),
        ("a" * 40 + " * b", "is no name"),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(text, said):
    with pytest.raises(FormulaError, match=said):
        parse_formula(text)


@pytest.mark.parametrize(
    "text, said",
    [
        ("b" * 10**6, "has 1,000,000 characters"),
        ("(" * 10_000, "has 10,000 characters"),
        ("(" * LONGEST, f"lies deeper than {DEEPEST} brackets"),
        ("-" * LONGEST, f"lies deeper than {DEEPEST} brackets"),
        ("sum(" * 900, "lies deeper than"),
        ("+".join(["b"] * 100), f"deeper than {DEEPEST} functions"),
        ("".join(f"v{n}=v{n - 1}+v{n - 1};" if n else "v0=d;" for n in range(40)), "larger than"),
    ],
)
def test_a_hostile_text_is_refused_at_once(text, said):
    with pytest.raises(FormulaError, match=said) as error:
        parse_formula(text)
    assert len(str(error.value)) < 200


def test_the_largest_formula_is_read():
    level = "b"
    while level.count("b") * 4 < LARGEST:
        level = f"({level}) + ({level})"
    assert parse_formula(level)


def test_names_of_parameters_are_words_that_mean_nothing_yet():
    assert all(map(is_name, ("w", "lambda", "top_k", "x2")))
    assert not any(map(is_name, ("", "b", "sum", "2x", "_w", "w_", "w w", "é", "a" * 33)))
