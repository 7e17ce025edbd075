import pickle
import subprocess
import sys

from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.tree import (
    Applied,
    Symbol,
    children,
    functions_in,
    names_in,
    nodes,
    part,
    paths,
    replaced,
    size,
)

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


def test_parts_are_found_and_replaced_by_their_paths():
    assert [part(TREE, path) for path in paths(TREE)] == [*nodes(TREE)]
    assert replaced(TREE, (1, 0, 1), Symbol("theta")) == parse_formula("b + sum(w * theta)")
    assert replaced(TREE, (), Symbol("b")) == Symbol("b")


def test_a_tree_is_the_same_key_in_another_process():
    """Hashes of texts are drawn for each process."""
    hash(TREE)
    code = (
        "import pickle, sys; from evomerge.formulas.grammar import parse_formula as p; "
        f"print(pickle.loads({pickle.dumps(TREE)!r}) in {{p('b + sum(w * d)')}})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
