import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.score.items.groups import Kin, kin
from evomerge.score.items.item import Item, content_id
from evomerge.zoo import TASKS

PASSAGES = [
    f"The story of {who} begins in {where}, where the winter is long and the {what} are few. " * 4
    for who, where, what in (
        ("Ann", "Oslo", "birds"),
        ("Bo", "Lima", "ships"),
        ("Cy", "Pune", "wells"),
    )
]
WORDS = (
    "amber birch cedar delta ember fjord grove heath inlet jetty knoll ledge marsh north".split()
)


def asked(rows):
    """Items and documents: of each row a task, a question and its other fields."""
    items = [
        Item(task, content_id([task, text, n]), n, (), text)
        for n, (task, text, _) in enumerate(rows)
    ]
    return items, [{"question": text, **fields} for _, text, fields in rows]


def numbers(found, items):
    places = {item.key: place for place, item in enumerate(items)}
    return sorted((k.why, sorted(places[item.key] for item in k.items)) for k in found)


def question(seed):
    return "What of " + " ".join(random.Random(seed).sample(WORDS, 7)) + "?"


def test_questions_on_one_passage_hang_together():
    rows = [("t", question(n), {"passage": PASSAGES[n % 3]}) for n in range(9)]
    items, docs = asked(rows)
    sets = [("passage", [0, 3, 6]), ("passage", [1, 4, 7]), ("passage", [2, 5, 8])]
    assert numbers(kin(items, docs), items) == sets
    items, docs = asked([("t", f"{fields['passage']} {text}", {}) for _, text, fields in rows])
    assert numbers(kin(items, docs), items) == sets


def test_a_passage_links_tasks_too():
    rows = [("t", question(n), {"passage": PASSAGES[n // 2]} if n < 4 else {}) for n in range(8)]
    rows += [("u", question(9), {"context": [PASSAGES[0].upper()]}), ("u", question(10), {})]
    items, docs = asked(rows)
    assert numbers(kin(items, docs), items) == [("passage", [0, 1, 8]), ("passage", [2, 3])]


def test_what_more_than_half_of_a_task_share_is_an_instruction():
    items, docs = asked([("t", question(n), {"system": PASSAGES[0]}) for n in range(9)])
    assert kin(items, docs) == []
    fields = [{"passage": PASSAGES[n % 2]} for n in range(8)]
    items, docs = asked([("t", question(n), fields[n]) for n in range(8)])
    assert numbers(kin(items, docs), items) == [
        ("passage", [0, 2, 4, 6]),
        ("passage", [1, 3, 5, 7]),
    ]


def test_questions_on_one_image_hang_together():
    pictures = [
        b"one",
        {"bytes": b"one", "path": "a.png"},
        "https://a/b.png",
        "https://a/b.png",
        b"2",
    ]
    items, docs = asked([("t", question(n), {"image": i}) for n, i in enumerate(pictures)])
    assert numbers(kin(items, docs), items) == [("image", [0, 1]), ("image", [2, 3])]
    items, docs = asked([("t", question(n), {"image": b"logo"}) for n in range(5)])
    assert kin(items, docs) == []


def test_the_same_slots_hang_together():
    texts = ["71 + 35 in digits =", "35 + 71 in digits =", "71 + 36 in digits =", "5 in french ="]
    items, docs = asked([("t", text, {}) for text in texts])
    found = kin(items, docs)
    assert numbers(found, items) == [("slots", [0, 1])]
    assert found == [Kin("slots", tuple(sorted(items[:2], key=lambda item: item.key)))]


def test_one_set_within_another_is_not_told_twice():
    text = f"{PASSAGES[0]} {question(1)}"
    items, docs = asked([("t", t, {}) for t in (text, text.upper(), *map(question, range(2, 7)))])
    assert numbers(kin(items, docs), items) == [("passage", [0, 1])]


@pytest.mark.parametrize("path", sorted(TASKS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_zoo_has_no_groups_but_of_the_same_slots(path):
    docs = [json.loads(line) for line in path.read_text().splitlines()]
    texts = ["\n".join([doc["question"], *doc.get("choices", ())]) for doc in docs]
    items = [
        Item("t", content_id(doc), n, (), text)
        for n, (doc, text) in enumerate(zip(docs, texts, strict=True))
    ]
    for found in kin(items, docs):
        assert found.why == "slots"
        assert len({" ".join(sorted(item.text.split())) for item in found.items}) == 1


def test_there_is_one_document_for_each_item():
    items, docs = asked([("t", question(1), {})])
    with pytest.raises(ValueError, match="1 items need as many documents, not 2"):
        kin(items, docs * 2)
    assert kin([], []) == []


ROWS = st.lists(
    st.tuples(
        st.sampled_from("tu"),
        st.one_of(
            st.tuples(st.integers(2, 4), st.integers(2, 4)).map("{0[0]} + {0[1]} =".format),
            st.integers(0, 9).map(question),
            st.integers(0, 2).map(lambda n: f"{PASSAGES[n]} so?"),
        ),
        st.sampled_from([{}, {"image": b"1"}, {"image": b"2"}, {"passage": PASSAGES[0]}]),
    ),
    max_size=14,
)


@settings(max_examples=100, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_sets_do_not_depend_on_the_order_and_those_of_one_kind_are_apart(rows, drawn):
    items, docs = asked(rows)
    found = kin(items, docs)
    order = list(range(len(items)))
    drawn.shuffle(order)
    assert kin([items[n] for n in order], [docs[n] for n in order]) == found
    for why in ("passage", "image", "slots"):
        members = [item.key for k in found if k.why == why for item in k.items]
        assert len(members) == len(set(members))
    assert all(
        len(k.items) > 1 and list(k.items) == sorted(k.items, key=lambda i: i.key) for k in found
    )
