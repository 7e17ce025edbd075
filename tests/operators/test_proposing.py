from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.space import FormulaSpace
from evomerge.formulas.text import text_of
from evomerge.operators.canonical import canonical
from evomerge.operators.proposing import Proposing
from evomerge.operators.wanted import WantedFormula

WANTED = WantedFormula(FormulaSpace(12, (("w", True),)), (1.0,))
START = parse_formula("b + sum(w * d)")


def proposed(seed):
    proposing = Proposing(WANTED, seed)
    proposing.note(START)
    children = [proposing.child(number, START, START) for number in range(5)]
    return [*children, *(proposing.sample(number) for number in range(3))]


def test_none_is_proposed_twice_and_all_have_the_properties():
    made = [tree for tree in proposed(1) if tree is not None]
    forms = {text_of(canonical(tree)) for tree in made}
    assert len(made) > 4
    assert len(forms) == len(made)
    assert text_of(canonical(START)) not in forms
    assert all(map(WANTED.admits, made))


def test_the_same_seed_proposes_the_same():
    assert proposed(1) == proposed(1)
    assert proposed(1) != proposed(2)


def test_where_nothing_is_new_nothing_is_proposed():
    tiny = WantedFormula(FormulaSpace(3), (), itself=False)
    proposing = Proposing(tiny, 0)
    b = parse_formula("sum(theta)")
    while proposing.child(0, b, b) is not None:
        pass
    assert proposing.child(0, b, b) is None
