"""Patterns of task files find what `re` finds, and no pattern takes for ever."""

import re

import lm_eval.filters.extraction
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.confined import Exceeded
from evomerge.errors import RecipeError
from evomerge.score import loader
from evomerge.score.library import patterns
from evomerge.score.library.patterns import TASK_PATTERNS, TaskPatterns

PATTERNS = (
    r"#### (\-?[0-9\.\,]+)",
    r"(-?[$0-9.,]{2,})|(-?[0-9]+)",
    r"(?s).*#### ",
    "(a|aa)+$",
    "b*",
)


@given(st.sampled_from(PATTERNS), st.text("ab#0123456789.,$- \n\ud800é", max_size=30))
@pytest.mark.parametrize("steps", [2e7, 0])
def test_it_finds_and_replaces_what_re_does(steps, pattern, text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patterns, "MOST_STEPS", steps)
        assert TASK_PATTERNS.findall(pattern, text) == re.findall(pattern, text)
        assert TASK_PATTERNS.sub(pattern, r"<\g<0>>", text) == re.sub(pattern, r"<\g<0>>", text)


def test_what_takes_for_ever_ends_and_is_named(monkeypatch):
    monkeypatch.setattr("evomerge.confined.SECONDS", 0.1)
    found = TaskPatterns()
    with pytest.raises(Exceeded, match=r"the pattern '\(a\|aa\)\+\$' takes more than 0\.1 s"):
        found.compile("(a|aa)+$").findall("a" * 60 + "!")
    with pytest.raises(Exceeded, match="takes more than"):
        found.compile(r"\s+\s+x").sub("", " " * 10_000)
    with pytest.raises(Exceeded, match="takes more than"):
        found.compile("(?i)" + "[\0-\U0010ffff]" * 1000)
    assert found.findall("(a|aa)+$", "baa") == ["a"]


def test_what_is_no_pattern_is_told():
    with pytest.raises(re.error):
        TASK_PATTERNS.compile("(((")
    with pytest.raises(re.error):
        TASK_PATTERNS.compile("(é")
    with pytest.raises(RecipeError, match="10,001 characters, and 10,000 are the most"):
        TASK_PATTERNS.compile("a" * 10_001)


def test_lm_eval_s_filters_have_them():
    assert loader.TASK_PATTERNS is lm_eval.filters.extraction.re
    found = lm_eval.filters.extraction.RegexFilter(r"(\d)(\d)?")
    assert found.apply([["a 12 b 3"], ["none"]], []) == [["1"], ["[invalid]"]]
    assert TASK_PATTERNS.escape("(") == r"\("
