"""Texts of others stay texts in Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.markdown import fenced, in_markdown


@pytest.mark.parametrize(
    "text, shown",
    [
        ("a plain_name/of-1.5", "a plain_name/of-1.5"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("![x](http://h/p.png)", r"!\[x\](http://h/p.png)"),
        ("a\n## Scores: promoted", "a ## Scores: promoted"),
        ("a | b", r"a \| b"),
        ("`code`, *bold*, _low_", r"\`code\`, \*bold\*, \_low\_"),
        ("&lt;b&gt; & more", "&amp;lt;b&amp;gt; & more"),
        ("\x1b[31m\u202e", r" \[31m "),
    ],
)
def test_nothing_in_a_text_means_anything(text, shown):
    assert in_markdown(text) == shown


@given(st.text())
def test_it_stays_on_its_line(text):
    assert len(in_markdown(text).splitlines()) <= 1
    assert "<" not in in_markdown(text)


@given(st.text("`~a\n"))
def test_a_block_ends_where_its_text_does(text):
    first, *lines, last = fenced(text, "yaml").split("\n")
    assert first == f"{last}yaml"
    assert len(last) >= 3
    assert all(last not in line for line in lines)
    assert "\n".join(lines) == text
