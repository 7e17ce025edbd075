"""JSON lines and lists as tables."""

import pytest

from evomerge.drafting.tables.json_rows import read_json_rows
from evomerge.errors import EvomergeError

ROWS = [{"q": "1", "a": "\u2028"}, {"a": 2, "more": None}]


@pytest.mark.parametrize(
    "text",
    [
        '{"q": "1", "a": "\u2028"}\n\n{"a": 2, "more": null}',
        '\ufeff[{"q": "1", "a": "\u2028"},\n {"a": 2, "more": null}]',
    ],
)
def test_lines_and_lists_are_read_alike(tmp_path, text):
    (tmp_path / "f.json").write_text(text, encoding="utf-8")
    table = read_json_rows(tmp_path / "f.json")
    assert (table.columns, [*table.rows]) == (("q", "a", "more"), ROWS)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"q": 1}\n[1]\n', "line or entry 2 is no object"),
        ('[{"q": 1}, "x"]', "line or entry 2 is no object"),
        ('{"q": 1}\n{"q": \n', "f.json:2: not valid JSON"),
        ('{"q": 1, "q": 2}', "stands twice"),
        ("[" * 100_000, "nested deeper"),
        ('{"q": "\\ud800"}', "half a character"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, text, why):
    (tmp_path / "f.json").write_text(text)
    with pytest.raises(EvomergeError, match=why):
        read_json_rows(tmp_path / "f.json")
