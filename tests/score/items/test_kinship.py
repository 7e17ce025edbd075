import random
from string import ascii_lowercase

from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.items.item import Item, content_id
from evomerge.score.items.kinship import DECLARED, kinship


def question(n):
    """A question in words of its own."""
    drawn = random.Random(n)
    return " ".join("".join(drawn.choices(ascii_lowercase, k=6)) for _ in range(8))


def items(task, texts, groups=None):
    groups = groups or [""] * len(texts)
    return [
        Item(task, content_id([task, text]), n, (), text, "", group)
        for n, (text, group) in enumerate(zip(texts, groups, strict=True))
    ]


def kin(*terms):
    return kinship(terms, {item.id: {"text": item.text} for term in terms for item in term})


def test_items_that_nothing_joins_stand_alone():
    found = kin(items("t", [question(n) for n in range(20)]))
    assert (found.units.questions, found.units.groups) == ({}, {})
    assert found.found["t"] == {}


def test_a_declared_group_joins_items_of_all_terms():
    t = items("t", [question(n) for n in range(4)], ["p", "p", "q", ""])
    u = items("u", [question(n) for n in range(10, 12)], ["q", "r"])
    found = kin(t, u)
    unit = [found.units.unit(item.id) for item in (*t, *u)]
    assert unit[0] == unit[1] == content_id("p")
    assert unit[2] == unit[4] == content_id("q")
    assert unit[3] == t[3].id
    assert len(set(unit)) == 4
    assert found.found == {"t": {DECLARED: 3}, "u": {DECLARED: 1}}


def test_a_group_keeps_its_name_when_items_join_it():
    texts = [question(n) for n in range(8)]
    few = kin(items("t", texts[:3], ["p"] * 3))
    many = kin(items("t", texts, ["p"] * 8))
    assert {*few.units.groups.values()} == {*many.units.groups.values()} == {content_id("p")}


def test_a_question_that_two_tasks_ask_is_one():
    t = items("t", [question(n) for n in range(5)])
    u = items("u", [question(2).upper() + " !", *(question(n) for n in range(20, 24))])
    found = kin(t, u)
    assert found.units.question(t[2].id) == found.units.question(u[0].id)
    assert found.units.unit(t[2].id) == found.units.unit(u[0].id)
    ids = [item.id for item in (*t, *u)]
    assert (found.units.count_questions(ids), found.units.count(ids)) == (9, 9)
    assert found.units.groups == {}


def test_orders_of_one_template_are_found():
    numbers = [(1, 2, 3), (3, 1, 2), *((n, n * 3, n * 7) for n in range(11, 40))]
    found = kin(items("t", [f"largest of {a} , {b} , {c} in digits =" for a, b, c in numbers]))
    assert found.found["t"] == {"slots": 2}
    assert len({*found.units.groups.values()}) == 1


@given(st.permutations(range(12)))
def test_the_order_of_the_items_changes_nothing(order):
    groups = ["p", "p", "", "q", "q", "q", "", "", "p", "", "r", ""]
    ordered = items("t", [question(n) for n in range(12)], groups)
    assert kin([ordered[n] for n in order]).units == kin(ordered).units
