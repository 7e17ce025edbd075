"""How many tokens an answer may have."""

import pytest

from evomerge.score.prompts.limits import DEFAULT_MAX_GEN_TOKS, max_tokens


@pytest.mark.parametrize(
    "generation, limit",
    [
        ({}, DEFAULT_MAX_GEN_TOKS),
        ({"max_gen_toks": 7}, 7),
        ({"max_tokens": 9, "max_new_tokens": 8}, 8),
        ({"max_gen_toks": None, "max_completion_tokens": "5"}, 5),
        ({"until": ["x"]}, DEFAULT_MAX_GEN_TOKS),
    ],
)
def test_the_first_name_that_is_given_counts(generation, limit):
    assert max_tokens(generation) == limit
