import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.curriculum.documents import (
    LARGEST,
    LONGEST,
    DocumentFields,
    text_problem,
    values_problem,
)

OWN = [
    {"q": "2 + 2", "choices": ["4", "5"], "answer": 0, "note": "easy"},
    {"q": "zwei?", "choices": ["ja"], "answer": 0},
]
FIELDS = DocumentFields.of(OWN)


def test_fields_are_those_that_all_documents_have():
    assert set(FIELDS.kinds) == {"q", "choices", "answer"}
    assert FIELDS.problem({"q": "ça va ?\n", "choices": [], "answer": 3}) == ""


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"answer": "0"}, "answer is a text, and in the task's documents a whole number"),
        ({"answer": True}, "answer is true or false"),
        ({"answer": 0.0}, "answer is a number"),
        ({"q": None}, "q is nothing"),
        ({"q": {"a": 1}}, "q is an object"),
        ({"note": "x"}, "has the field note, which the task's documents do not have"),
        ({"</b>\x1b": "x"}, r"has the field '</b>\\x1b', which"),
        ({"q": "a\x00b"}, r"q holds a control character \(U\+0000\)"),
        ({"q": "a\x1b[2Jb"}, r"U\+001B"),
        ({"q": "\u202eabc"}, r"U\+202E"),
        ({"q": "\ud800"}, r"U\+D800"),
        ({"choices": ["ok", "\x07"]}, r"choices holds a control character \(U\+0007\)"),
        ({"choices": [float("nan")]}, "choices is no finite number"),
        ({"answer": LARGEST}, "answer is too large a number"),
        ({"q": "x" * (LONGEST + 1)}, "q is longer than 20000 characters"),
        ({"choices": ["x"] * 300}, "has more than 200 values"),
    ],
)
def test_what_is_no_document_is_told(changes, told):
    import re

    assert re.search(told, FIELDS.problem({**OWN[1], **changes}))


def test_a_field_that_is_missing_is_told():
    assert FIELDS.problem({"q": "x", "choices": []}) == "lacks the field answer"


def test_a_template_writes_numbers_and_lists_as_json():
    assert FIELDS.read("answer", "3") == 3
    assert FIELDS.read("choices", '["a"]') == ["a"]
    assert FIELDS.read("q", "3") == "3"
    assert FIELDS.read("answer", "three") == "three"
    assert FIELDS.read("unknown", "3") == "3"


@given(st.text(st.characters(exclude_categories=["C"]), max_size=50))
def test_words_of_any_language_are_plain(text):
    assert text_problem(text) == ""
    assert values_problem({"a": [text, {"b": text}]}) == ""


def test_depth_does_not_matter_to_who_looks():
    deep = []
    for _ in range(5000):
        deep = [deep]
    assert values_problem({"a": deep}) == ""
