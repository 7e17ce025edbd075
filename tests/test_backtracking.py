"""How many steps a pattern may take is bounded from above, and known without a match."""

import re

import pytest

from evomerge.backtracking import LONGEST, most_steps

KNOWN = {
    "gsm8k, strict": (r"#### (\-?[0-9\.\,]+)", 2e6),
    "gsm8k, flexible": (r"(-?[$0-9.,]{2,})|(-?[0-9]+)", 4e6),
    "a text": ("yes", 1e3),
    "a choice of characters, many times": ("(?:a|b)+", 1e6),
    "numbers in threes": (r"(\d{3})+", 1e6),
    "two, one behind the other": (r"\s*[\r\n]+", 1e9),
    "letters of any script": (r"[^\r\n\p{L}\p{N}]?\p{L}+", 2e6),
    "behind or before": ("(?<=a)b(?!c*)", 1e6),
    "an atomic group": ("(?>a+)b", 1e6),
}
ENDLESS = ("(a|aa)+$", "(a*)*b", "((a{1,9}){1,9}){1,9}", r"(.*,)*x", "(?:a?){30}a{30}", "(((")


@pytest.mark.parametrize("name", KNOWN)
def test_harmless_patterns_have_a_bound(name):
    pattern, steps = KNOWN[name]
    assert most_steps(pattern, 1000) == steps


@pytest.mark.parametrize("pattern", [*ENDLESS, "a" * (LONGEST + 1), "a*" * 9])
def test_patterns_that_may_take_for_ever_have_none(pattern):
    assert most_steps(pattern, 1000) == float("inf")


def test_the_bound_grows_with_the_text():
    assert most_steps("a*b", 10) < most_steps("a*b", 1000)
    assert re.findall("a*b", "a" * 1000) == []
