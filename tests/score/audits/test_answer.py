"""What lm-eval's filters give where they find nothing."""

import pytest
from lm_eval.filters.extraction import MultiChoiceRegexFilter, RegexFilter

from evomerge.score.audits.answer import NOTHING_FOUND


@pytest.mark.parametrize("kind", [RegexFilter, MultiChoiceRegexFilter])
def test_a_filter_that_finds_nothing_says_one_of_these(kind):
    docs = [{"choices": ["a", "b"]}]
    ((found,),) = kind(regex_pattern=r"(\d+)").apply([["none"]], docs)
    assert found in NOTHING_FOUND
    assert "0" not in NOTHING_FOUND
