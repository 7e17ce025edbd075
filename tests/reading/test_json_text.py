import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.errors import ParentError
from evomerge.reading.file_kind import SETTINGS
from evomerge.reading.json_text import MAX_DEPTH, parse_json, read_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_what_is_json_is_read_as_it_is(value, ascii_only):
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only), "f", SETTINGS) == value


@pytest.mark.parametrize(
    "text, problem",
    [
        ("[" * 100_000, "f: nested deeper than 64 levels"),
        ("[" * 65 + "]" * 65, "f: nested deeper than 64 levels"),
        ('{"a": ' * 65 + "1" + "}" * 65, "f: nested deeper than 64 levels"),
        ("{\n", "f:2: not valid JSON"),
        ('{"a": 1, "a": 2}', "f: not valid JSON (the key 'a' stands twice, with other values)"),
        ('{"a": "\\ud800"}', "f: holds half a character"),
        ("1" * 5000, "f: not valid JSON (Exceeds the limit"),
        ("", "f:1: not valid JSON"),
    ],
)
def test_what_is_not_read_is_told(text, problem):
    with pytest.raises(ParentError) as caught:
        parse_json(text, "f", SETTINGS)
    assert str(caught.value).startswith(problem)


def test_what_may_be_read():
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f", SETTINGS)
    assert parse_json('{"a": 1, "a": 1}', "f", SETTINGS) == {"a": 1}
    assert parse_json('"\\ud83d\\ude00"', "f", SETTINGS) == "😀"


def test_an_object_is_asked_for(tmp_path):
    (tmp_path / "f.json").write_text("[1]")
    with pytest.raises(ParentError, match=r"f\.json: not a JSON object"):
        read_object(tmp_path / "f.json", SETTINGS)
