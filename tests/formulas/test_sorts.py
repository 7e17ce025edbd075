import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.formulas.error import FormulaError
from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.language import Sort
from evomerge.formulas.sorts import check_whole, parameters_in, sort_made, sort_of
from tests.formulas.trees import NUMBER, NUMBERS, PER_MODEL, TENSOR, TENSORS, trees


@given(st.data(), st.sampled_from([NUMBER, NUMBERS, TENSOR, TENSORS]))
def test_what_a_function_comes_to_follows_from_its_arguments(data, sort):
    assert sort_of(data.draw(trees(sort)), PER_MODEL) == sort


@pytest.mark.parametrize(
    "text, sort",
    [
        ("w * l", Sort(per_model=True)),
        ("sum(w)", Sort()),
        ("w * b", Sort(per_model=True, tensor=True)),
        ("norm(d)", Sort(per_model=True)),
        ("norm(b)", Sort()),
        ("keep(b, l)", Sort(tensor=True)),
        ("keep(b, p)", Sort(per_model=True, tensor=True)),
        ("drawn(l)", Sort(per_model=True, tensor=True)),
        ("varied(d, l)", Sort(tensor=True)),
        ("exp(w)", Sort(per_model=True)),
    ],
)
def test_numbers_and_tensors_are_told_apart(text, sort):
    assert sort_of(parse_formula(text), PER_MODEL) == sort


@pytest.mark.parametrize(
    "text, said",
    [
        ("d", "comes to a tensor of each model, not to one tensor; sum"),
        ("l", "comes to one number, not to one tensor"),
        ("sum(b)", "sum takes what each model has its own of there, and `b` is one tensor"),
        ("b + sum(keep(w, p))", "keep takes a tensor there, and `w` is a number of each model"),
        ("b * exp(b)", "exp takes a number there, and `b` is one tensor"),
        ("b + sum(keep(d, d))", "keep takes a number there, and `d` is a tensor of each model"),
        ("b * varied(d, w)", "varied takes one number there, and `w`"),
        ("b * cosine(w)", "cosine takes a tensor there"),
        ("b + sum(elect(w))", "elect takes a tensor there"),
        ("b + x", "x is no name of the language, and no parameter"),
        ("sum(" + "+".join(["b"] * 40) + ")", r"and `b \+ .*\.\.\.` is one tensor"),
    ],
)
def test_what_cannot_be_is_told_in_words(text, said):
    with pytest.raises(FormulaError, match=said):
        check_whole(parse_formula(text), PER_MODEL)


def test_a_parameter_is_one_for_each_model_where_it_stands_in_functions_of_all_alone():
    found = parameters_in(parse_formula("v = w * d * keep(d, p); b + l * sum(v * s) / sum(w) * s"))
    assert found == {"l": False, "w": True, "p": True, "s": False}


def test_the_share_of_places_is_one_for_all_models_wherever_it_stands():
    assert parameters_in(parse_formula("b + sum(w * d * varied(d, q))")) == {"w": True, "q": False}


def test_a_function_of_sorts_comes_to_a_sort_or_to_none():
    assert sort_made("keep", [TENSORS, NUMBER]) == TENSORS
    assert sort_made("sum", [TENSOR]) is None
