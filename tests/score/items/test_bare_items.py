"""Items found again in disguise."""

import pytest
from hypothesis import example, given, settings

from evomerge.score.items.bare_items import BareItems
from evomerge.score.items.duplicates import nearly_known
from tests.score.disguises import EVERY, QUESTIONS, changed, disguised, disguises
from tests.score.questions import FRENCH, JAPANESE, LONG, OTHERS, SUM, items

SHORT = "What is 12 + 7?"
MEAN = [
    SHORT,
    "37 + 48 in french =",
    "Double -1234 * 15?",
    "What is the capital of Iran?",
    "Is 12 less than 7?",
    LONG,
    SUM,
    FRENCH,
    JAPANESE,
    OTHERS[1],
]

OTHER = items(OTHERS[::2])


def is_known(text, of, golds=("", "")):
    """Whether a text is told as another one, by its bare text and among others too."""
    one, other = items([of, text], golds=golds)
    bare = BareItems()
    bare.add(one)
    found = bare.like(other)
    assert found in (None, one)
    assert found is None or nearly_known([other], [one, *OTHER]) == [one.id]
    return found is one


@pytest.mark.parametrize("name", sorted(EVERY))
@pytest.mark.parametrize("text", MEAN)
def test_each_disguise_is_seen_through(text, name):
    assert is_known(disguised(text, [name]), text)


@settings(max_examples=300, deadline=None)
@given(QUESTIONS, disguises())
@example(SHORT, ["plus", "leading zeros", "please", "answer", "Cyrillic", "no spaces", "bold"])
@example("Which is it?\na pear\none fig\nred plums", ["options turned", "twice", "no spaces"])
def test_disguises_on_top_of_one_another_are_seen_through(text, names):
    assert is_known(disguised(text, names), text)


@settings(max_examples=300, deadline=None)
@given(changed(), disguises())
def test_what_truly_differs_is_no_disguise(drawn, names):
    text, other = drawn
    assert not is_known(disguised(other, names), text)
    if text.split("\n")[0] != other.split("\n")[0]:
        one, new = items([text, disguised(other, names)])
        assert nearly_known([new], [one, *OTHER]) == [None]


@pytest.mark.parametrize(
    "one, other",
    [
        (SHORT, "What is 12 + 8?"),
        (SHORT, "What is 12 - 7?"),
        ("12 plus 7", "12 minus 7"),
        ("12 times 7", "12 divided by 7"),
        ("What is 12 x 7?", SHORT),
        (SHORT, "What is 7 + 12?"),
        (SHORT, "What is 1 2 + 7?"),
        (SHORT, "What is 121 + 7?"),
        ("Double 1.5", "Double 15"),
        ("Double 1,5", "Double 15"),
        ("Double -3", "Double 3"),
        ("Is-3less?", "Is 3 less?"),
        ("Sort 1 2 3", "Sort: 12 3"),
        ("Sort 10, 20, 30", "Sort 10, 2, 30"),
        ("Add 70 and 1", "Add 7 and 1"),
        ("What is 5! / 3!?", "What is 5 / 3?"),
        ("What is 12%?", "What is 12?"),
        ("What is 2 ** 3?", "What is 2 * 3?"),
        ("What is 3 * (4 + 5)?", "What is 3 * 4 + 5?"),
        ("12 (7) =", "12 7 ="),
        ("Simplify x - y", "Simplify x y"),
        ("5 - log 2", "5 log 2"),
        ("log a - log b", "log a log b"),
        ("- sin x", "sin x"),
        ("In C#, what is it?", "In C, what is it?"),
        ("Problem 12 - 7 =", "Problem 13 - 7 ="),
        ("12 apples cost 3", "13 apples cost 3"),
        ("3+33+3=", "3+3="),
        ("12 12 12", "12"),
        ("See problem 3: why?", "See problem 4: why?"),
        ("It rains.\nIt pours.", "It pours.\nIt rains."),
        ("Premise\none\ntwo", "one\nPremise\ntwo"),
    ],
)
def test_what_decides_is_left(one, other):
    assert not is_known(one, other)
    assert not is_known(other, one)


def test_zeros_and_the_order_of_lines_count_where_answers_differ():
    assert is_known("reverse 057 =", "reverse 57 =")
    assert is_known("reverse 057 =", "reverse 57 =", ("75", "75"))
    assert not is_known("reverse 057 =", "reverse 57 =", ("750", "75"))
    lines, turned = "What comes first?\nred\nblue", "What comes first?\nblue\nred"
    assert is_known(lines, turned)
    assert not is_known(lines, turned, ("red", "blue"))
    assert is_known("What is 12 plus 7?", SHORT, ("It is 19.", "nineteen, of course"))


def test_the_first_is_named_and_what_has_no_text_is_none():
    first, second, none, empty = items([SHORT, "12 plus 7", "Answer:", "?!"])
    bare = BareItems()
    for item in (none, empty, first, second):
        bare.add(item)
    assert bare.like(second) is first
    assert bare.like(none) is None
    assert bare.like(empty) is None
