from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.tree import Applied, Symbol, children, functions_in, names_in, nodes, size

TREE = parse_formula("b + sum(w * d)")


def test_a_tree_is_looked_through_each_function_before_its_arguments():
    product = Applied("*", (Symbol("w"), Symbol("d")))
    total = Applied("sum", (product,))
    assert [*nodes(TREE)] == [TREE, Symbol("b"), total, product, Symbol("w"), Symbol("d")]
    assert size(TREE) == 6
    assert children(TREE) == (Symbol("b"), total)
    assert children(Symbol("b")) == ()


def test_names_and_functions_are_told():
    assert names_in(TREE) == {"b", "w", "d"}
    assert functions_in(TREE) == {"+", "sum", "*"}
