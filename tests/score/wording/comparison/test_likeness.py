import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evomerge.score.items.duplicates import across
from evomerge.score.items.item import Item, content_id
from evomerge.score.wording.comparison.additions import without_additions
from evomerge.score.wording.comparison.boilerplate import FEWEST, common_sentences
from evomerge.score.wording.comparison.likeness import alike
from evomerge.score.wording.grams import Rarity, grams, hashes
from evomerge.score.wording.question import Question

PASSAGE = "The keeper of the old lighthouse counts ships. She has seen 12 of them before noon."


def question(text, gold=""):
    return Question.of(text, gold)


def kept(one, other):
    found = without_additions(question(one), question(other))
    return found and tuple(mask.tolist() for mask in found)


def test_what_only_one_adds_is_not_read():
    asked = f"{PASSAGE} How many are left to come?"
    advice = "Write nothing but your final result, please."
    assert kept(asked, asked) == ([True] * 3, [True] * 3)
    assert kept(asked, f"{asked} {advice}") == ([True] * 3, [True] * 3 + [False])
    assert kept(f"{advice} {asked}", asked) == ([False] + [True] * 3, [True] * 3)
    assert kept(asked, f"{asked} But 5 of all these were merely boats.") is None
    assert kept(f"{asked} {advice}", f"Think long and hard before you speak. {asked}") is None


def test_what_is_said_instead_is_read():
    assert (
        kept(f"{PASSAGE} How many are left?", f"{PASSAGE} Why does she live up there alone?")
        is None
    )
    assert kept(f"{PASSAGE} Why?", f"{PASSAGE} Who pays the keeper for all this work?") is None


def test_a_sentence_of_most_of_a_task_is_common():
    texts = [f"Answer in one word. What is word{chr(97 + n)}?" for n in range(FEWEST)]
    masks = common_sentences([question(text) for text in texts])
    assert [mask.tolist() for mask in masks] == [[True, False]] * FEWEST
    masks = common_sentences([question(text) for text in texts[1:]])
    assert not any(mask.any() for mask in masks)


def test_grams_stay_within_their_sentence():
    one, other = question("red green. blue black"), question("red green blue. black")
    assert len(one.grams) == 4 + 2
    assert len(other.grams) == 4 + 2 + 1
    words = hashes(["a", "a", "a"])
    assert len(grams(words, one.sentence[:1].repeat(3))) == 3


def test_what_is_rare_weighs_more():
    texts = [question(f"common {word}").grams for word in ("red", "green", "blue", "black")]
    rarity = Rarity(texts)
    assert 0 < rarity.likeness(texts[0], texts[1]) < 0.1
    assert rarity.likeness(texts[0], texts[0]) == 1


@pytest.mark.parametrize(
    "changes, answers, same",
    [
        ([("Olga", "Bartholomew")], ("2", "2"), True),
        ([("Olga", "Bartholomew")], ("2", ""), False),
        ([("room", "hut"), ("buys", "gets")], ("2", "2"), False),
        ([("Olga", "long")], ("2", "2"), False),
    ],
)
def test_a_name_may_be_another_throughout(changes, answers, same):
    text = "Olga has a room 7 feet wide. How long is the room of Olga if Olga buys 14 square feet?"
    changed = text
    for change in changes:
        changed = changed.replace(*change)
    others = [question(f"Some other {word} text of {word} it is") for word in "abcdefgh"]
    both = question(text, answers[0]), question(changed, answers[1])
    assert alike(*both, Rarity([q.grams for q in (*both, *others)])) == same


POOL = [
    "Anna buys 5 apples at the market",
    "Ben buys 5 apples at the market",
    "Then she sells one of them to Ben",
    "She has 12 pears",
    "Think step by step before you answer",
    "Give only the final number and nothing else",
    "How many apples does Anna have",
    "How many pears does Anna have now",
    "Why",
]
ASKED = st.tuples(
    st.lists(st.sampled_from(POOL), min_size=1, max_size=5).map(". ".join),
    st.sampled_from(["", "5", "17", "#### 17"]),
    st.sampled_from("tu"),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ASKED, max_size=14), st.integers(0, 14))
@example(
    [(POOL[0], "", "t")] * 2
    + [(f"{POOL[0]}. {POOL[0]}. {POOL[3]}", "", "t")]
    + [(f"{POOL[0]}. {POOL[3]}. {POOL[3]}", "", "t")],
    3,
)
def test_none_that_is_alike_is_overlooked(rows, cut):
    items = [
        Item(task, content_id([n, text]), n, (), text, gold)
        for n, (text, gold, task) in enumerate(rows)
    ]
    asked = [question(item.text, item.gold) for item in items]
    rarity = Rarity([q.grams for q in asked])
    common = {}
    for task in "tu":
        places = [n for n, item in enumerate(items) if item.task == task]
        common |= dict(zip(places, common_sentences([asked[n] for n in places]), strict=True))
    expected = [
        (items[a], items[b])
        for b in range(min(cut, len(items)), len(items))
        for a in range(min(cut, len(items)))
        if alike(asked[b], asked[a], rarity, (common[b], common[a]))
    ]
    assert across(items[:cut], items[cut:]) == expected
    assert all(
        alike(asked[a], asked[b], rarity, (common[a], common[b]))
        == alike(asked[b], asked[a], rarity, (common[b], common[a]))
        for a in range(len(items))
        for b in range(a)
    )
