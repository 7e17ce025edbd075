"""Patterns of module names: PEFT's rule, and an end to what has none."""

from pathlib import Path

import pytest

from evomerge.errors import ParentError
from evomerge.weights.adapters.patterns import Patterns

FOLDER = Path("a")


def test_the_first_that_matches_the_end_of_a_name_holds():
    patterns = Patterns(FOLDER, "rank_pattern", {"q_proj": 4, r"layers\.\d+\.q_proj": 8, "k.*": 2})
    assert patterns.value("model.layers.0.q_proj") == 4
    assert patterns.value("layers.0.k_proj") == 2
    assert patterns.value("layers.0.xq_proj") is None


@pytest.mark.parametrize("pattern", ["(a|aa)+", "(.*a){20}[^!]"])
def test_one_that_would_take_for_ever_is_told(pattern, monkeypatch):
    monkeypatch.setattr("evomerge.weights.adapters.patterns.SECONDS", 0.1)
    patterns = Patterns(FOLDER, "rank_pattern", {pattern: 4})
    with pytest.raises(ParentError, match=r"a: rank_pattern of its .* takes more than 0\.1 s"):
        patterns.value("a" * 2000 + "!")


@pytest.mark.parametrize("patterns", [{"(": 1}, ["q_proj"], {"(" * 10_000: 1}, {"x" * 10_001: 1}])
def test_what_is_no_pattern_is_told(patterns):
    with pytest.raises(ParentError, match=r"a: rank_pattern of its adapter_config\.json"):
        Patterns(FOLDER, "rank_pattern", patterns)
