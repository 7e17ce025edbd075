import json
import math
import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.score.items.duplicates import across, nearly_known, without_duplicates
from evomerge.score.wording.comparison.additions import WORDS_IN_A_ROW
from evomerge.score.wording.comparison.likeness import SIMILARITY
from evomerge.zoo import TASKS
from tests.score.questions import (
    FRENCH,
    JAPANESE,
    LONG,
    OTHERS,
    PLANETS,
    SUM,
    alike,
    items,
    labelled,
)


@pytest.mark.parametrize(
    "one, other",
    [
        (LONG, LONG.upper()),
        (LONG, LONG.replace(",", "").replace("'", "’") + " "),
        (LONG, LONG.replace("day. She", "day;\n\n  she")),
        (LONG, LONG.replace("Janet", "Jannet")),
        (LONG, LONG.replace("muffins", "cakes")),
        (LONG, LONG.replace("remainder", "rest of them").replace("Janet", "Mary")),
        (FRENCH, FRENCH.replace("é", "e").replace(" ?", "")),
        (FRENCH, FRENCH.replace("bleue", "rouge")),
        (JAPANESE, JAPANESE.replace("、", " ").replace("白", "赤")),
        ("How many sides does a square have", "how many sides  does a SQUARE have?"),
        ("ﬁve ½ cups", "five 1⁄2 cups"),
    ],
)
def test_a_question_said_a_little_differently_is_the_same(one, other):
    assert alike(one, other)


@pytest.mark.parametrize(
    "one, other",
    [
        ("37 + 48 in digits =", "37 + 49 in digits ="),
        ("What is 3 + 7?", "What is 3 - 7?"),
        ("What is 3 + 7?", "What is 7 + 3?"),
        ("196 in french =", "next 196 in french ="),
        ("91 + 16 in french =", "91 + 16 in digits ="),
        ("Close the brackets: ( [ {", "Close the brackets: [ ( {"),
        (LONG, LONG.replace("16", "17")),
        (JAPANESE, JAPANESE.replace("2", "3")),
        (LONG, LONG[: LONG.index("How much")] + "Does she have any ducks that lay none?"),
        ("Which is a fruit?\npear\nwhale\nspoon", "Which is a fruit?\nfork\napple\ngnu"),
        ("What is the capital of Iran?", "What is the capital of Iraq?"),
        ("Q: What is the capital of Iran?\nA:", "Q: What is the capital of Iraq?\nA:"),
        ("What is -5 + 3?", "What is 5 + 3?"),
        ("What is 3 * (4 + 5)?", "What is 3 * 4 + 5?"),
        ("What is 10² now?", "What is 102 now?"),
        ("What is 1½ now?", "What is 11/2 now?"),
        ("Is 3.1 less than 7?", "Is 31 less than 7?"),
        ("reverse 057 in digits =", "reverse 57 in digits ="),
        ("In C#, what is a delegate?", "In C++, what is a delegate?"),
        ("Chapter 3: what happens to Tom?", "Chapter 4: what happens to Tom?"),
        ("Buy 1 apple and 5 pears", "Buy 5 apple and 1 pears"),
        (SUM, SUM.replace("1234", "1235")),
        (SUM, SUM.replace("1234", "1.5")),
        (SUM, SUM.replace("12 k", "27 k").replace("27 of", "12 of")),
        (SUM, SUM + " Then 13 more arrive."),
        (SUM + " She eats half.", SUM + " She eats a third."),
        (LONG, LONG.replace("She sells", "She breaks a third. She sells")),
        (LONG, LONG.replace("per day", "every second day")),
        (SUM, "She pays a fee of twelve dollars. " + SUM),
        (SUM, SUM[: SUM.index("How")] + "Who of the two collects the fewer kettles then?"),
        (
            "Anna buys 3 red apples today. Ben buys 7 red apples today. How many more has Ben?",
            "Ben buys 3 red apples today. Anna buys 7 red apples today. How many more has Ben?",
        ),
        (labelled("{1}", PLANETS), labelled("{1}", ["Jupiter", "Uranus", "Neptune", "Earth"])),
        ("राम के पास कि है", "राम के पास का है"),
    ],
)
def test_another_question_is_another(one, other):
    assert not alike(one, other)


def test_questions_with_different_answers_are_two_unless_they_are_word_for_word_the_same():
    trophy = (
        "The trophy does not fit into the brown suitcase that stands over there in the corner "
        "because it is too large. What is it that is too large here?"
    )
    twin = trophy.replace("large", "small")
    assert alike(trophy, twin)
    assert alike(trophy, twin, ("the trophy", ""))
    assert not alike(trophy, twin, ("the trophy", "the suitcase"))
    assert alike(trophy, trophy.upper(), ("the trophy", "the suitcase"))
    assert alike("What is 6 * 3?", "what is 6 * 3", ("18", "so 18 it is"))
    for sign in "/+-%#&@":
        assert not alike("What is 6 * 3?", f"What is 6 {sign} 3?", ("18", "2"))
    assert alike(LONG, LONG.replace("muffins", "cakes"), ("She has 9. #### 18", "9 * 2 = 18"))


def test_three_words_in_a_row_may_differ_and_four_may_not():
    assert "bakes muffins for her friends" in LONG
    assert alike(LONG, LONG.replace("muffins for her", "cakes with his"))
    assert not alike(LONG, LONG.replace("muffins for her friends", "cakes with his cousins"))


def test_a_template_makes_no_two_questions_alike():
    template = (
        "Answer the following question with one word and nothing else, please, and do not "
        "explain it. What is the opposite of {}? The answer to this question is"
    )
    words = ["hot", "big", "early", "poor", "dark", "thin", "loud", "sweet", "slow", "wet"]
    questions = items([template.format(word) for word in words])
    assert without_duplicates(questions) == (questions, [])
    assert across(questions[:5], questions[5:]) == []


def test_what_has_no_text_is_kept():
    questions = items(["", "", " ", "?!"])
    assert without_duplicates(questions) == (questions, [])
    assert across(questions, questions) == []
    assert without_duplicates([]) == ([], [])


def test_the_smaller_id_stays_and_is_named():
    one, other, third = items([LONG, LONG.lower(), OTHERS[0]])
    smaller, larger = sorted([one, other], key=lambda item: item.id)
    kept, left_out = without_duplicates([one, third, other])
    assert [item.id for item in kept] == [i.id for i in (one, third, other) if i is not larger]
    assert left_out == [(larger, smaller)]


@pytest.mark.parametrize("path", sorted(TASKS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_zoo_keeps_all_its_questions(path):
    docs = [json.loads(line) for line in path.read_text().splitlines()]
    texts = ["\n".join([doc["question"], *doc.get("choices", ())]) for doc in docs]
    questions = items(texts)
    assert len(questions) == 500
    assert without_duplicates(questions) == (questions, [])


# What follows says the definition once more, the slow way.

WORDS = ["a", "b", "c", "d", "1", "2"]
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join), max_size=14
)
PHRASES = st.lists(
    st.tuples(st.integers(0, 2), st.lists(st.tuples(st.integers(0, 19), st.sampled_from("xyz")))),
    max_size=10,
).map(lambda drawn: [phrase(*one) for one in drawn])
"""One of three sentences of 20 words, with some of them changed."""


def phrase(start, changes):
    words = [f"{'abc'[start]}{chr(97 + n)}" for n in range(20)]
    for place, word in changes[:3]:
        words[place] = word
    return " ".join(words)


def grams(text):
    words = [word for word in text.split() if not word.isdigit()] or [text]
    return [tuple(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)]


def new_words(one, other):
    """For each word of one whether it stands beside none that it stands beside in the other."""
    words, known = grams(one), grams(other)
    words = [gram for gram in words if len(gram) == 1]
    if len(words) == 1:
        return "x" * (words[0] not in known)
    pairs = [a + b in known for a, b in pairwise(words)]
    return "".join("-" if any(pairs[max(i - 1, 0) : i + 1]) else "x" for i in range(len(words)))


def same(one, other, texts):
    numbers = [[word for word in text.split() if word.isdigit()] for text in (one, other)]
    if numbers[0] != numbers[1]:
        return False

    def weight(gram):
        count = sum(gram in grams(text) for text in texts)
        return round(math.log(len(texts) / max(count - 1, 1)) * 2**20)

    ours, theirs = set(grams(one)), set(grams(other))
    shared = sum(weight(gram) for gram in ours & theirs)
    runs = new_words(one, other), new_words(other, one)
    if any("x" * (WORDS_IN_A_ROW + 1) in run for run in runs):
        return False
    return shared / sum(weight(gram) for gram in ours | theirs) >= SIMILARITY


@settings(max_examples=150, deadline=None)
@given(TEXTS | PHRASES, st.integers(0, 14))
def test_pairs_are_those_of_comparing_each_with_each(texts, cut):
    questions = items(texts)
    first, second = questions[:cut], questions[cut:]
    expected = [(a, b) for b in second for a in first if same(a.text, b.text, texts)]
    assert across(first, second) == expected


@settings(max_examples=150, deadline=None)
@given((TEXTS | PHRASES).flatmap(lambda t: st.tuples(st.just(t), st.permutations(range(len(t))))))
def test_kept_questions_are_no_two_alike_and_order_does_not_matter(drawn):
    texts, order = drawn
    questions = items(texts)
    kept, left_out = without_duplicates(questions)
    for one, other in combinations(kept, 2):
        assert not same(one.text, other.text, texts)
    for gone, like in left_out:
        assert same(gone.text, like.text, texts)
        assert like in kept
        assert like.id < gone.id
    shuffled = [questions[n] for n in order]
    kept_then, left_out_then = without_duplicates(shuffled)
    assert kept_then == [item for item in shuffled if item in kept]
    assert sorted(left_out_then, key=lambda p: p[0].id) == sorted(left_out, key=lambda p: p[0].id)


def test_new_questions_are_held_against_known_ones_and_those_before_them():
    known = items([LONG, SUM])
    new = items([LONG.upper(), "7 + 8 =", "7 + 8 = ", JAPANESE, SUM])
    found = nearly_known(new, known)
    assert found == [known[0].id, None, new[1].id, None, known[1].id]
    assert nearly_known(new[1:2], []) == [None]
    assert nearly_known([], known) == []


@pytest.mark.parametrize(
    "disguise",
    [
        "What is 12 + 7? Answer:",
        "What is 12 plus 7?",
        "What is 12 + 07?",
        "Whatis12+7?",
        "W h a t i s 1 2 p l u s 7 ?",
        "please WHAT is **012** ➕ seven????",
        "What is 12 + 7?\nWhat is 12 + 7?",
    ],
)
def test_new_questions_in_disguise_are_known_and_items_are_not_divided_by_that(disguise):
    known, new, *others = items(["What is 12 + 7?", disguise, *OTHERS])
    assert nearly_known([new], [known, *others]) == [known.id]
    assert nearly_known([known], [new, *others]) == [new.id]
    assert nearly_known([new, known], others) == [None, new.id]
    if "Answer" not in disguise:
        assert across([known, *others], [new]) == []


def test_a_new_question_may_be_disguised_and_said_a_little_differently():
    padded = re.sub(r"[0-9]+", r"0\g<0>", SUM).replace("Anna", "Wilhelmine")
    known, new, *others = items([SUM, padded, *OTHERS])
    assert nearly_known([new], [known, *others]) == [known.id]
    assert nearly_known(items([padded.replace("027", "028")]), [known, *others]) == [None]


@given(st.lists(st.sampled_from([LONG, SUM, FRENCH, JAPANESE]), max_size=6))
def test_what_is_new_is_what_is_kept_where_nothing_is_known(texts):
    new = items(texts)
    assert [found is None for found in nearly_known(new, [])] == [
        text not in texts[:place] for place, text in enumerate(texts)
    ]
