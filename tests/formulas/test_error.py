from evomerge.formulas.error import FormulaError


def test_pydantic_takes_it_for_a_wrong_value():
    assert issubclass(FormulaError, ValueError)
