import pytest

from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.space import FormulaSpace
from evomerge.formulas.text import text_of
from evomerge.operators.wanted import WantedFormula

SPACE = FormulaSpace(12, (("w", True),))


def test_a_formula_has_its_place_in_a_genome():
    wanted = WantedFormula(SPACE, (1.0,), first=2)
    genome = wanted.put(parse_formula("b + sum(w * d)"), (0.1, 0.2, *[0.5] * 12, 0.9))
    assert (genome[:2], genome[14:]) == ((0.1, 0.2), (0.9,))
    assert text_of(wanted.of(genome)) == "b + sum(w * d)"


@pytest.mark.parametrize(
    "text, itself, admitted",
    [
        ("b + sum(w * d)", True, True),
        ("b + 2 * sum(w * d)", True, False),
        ("b + 2 * sum(w * d)", False, True),
        ("b", False, False),
    ],
)
def test_it_admits_what_has_the_properties(text, itself, admitted):
    assert WantedFormula(SPACE, (1.0,), itself).admits(parse_formula(text)) is admitted


def test_parameters_have_the_recipes_values():
    assert not WantedFormula(SPACE, (0.5,)).admits(parse_formula("b + sum(w * d)"))
