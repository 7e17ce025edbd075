import pytest
from pydantic import ValidationError

from evomerge.recipe import JudgeSettings


@pytest.mark.parametrize(
    "url, key_env",
    [
        (None, None),
        ("http://localhost:8000/v1", None),
        ("https://[::1]/v1", "API_KEY"),
        ("https://judge.example", "_k2"),
    ],
)
def test_a_judge_is_a_model_here_or_at_an_address(url, key_env):
    judge = JudgeSettings(model="m", rubric="r", url=url, key_env=key_env)
    assert (judge.url, judge.key_env) == (url, key_env)


@pytest.mark.parametrize(
    "keys, problem",
    [
        ({"rubric": " \n"}, "the rubric must say"),
        ({"model": ""}, "at least 1 character"),
        ({"url": "ftp://h"}, "begin with http"),
        ({"url": "http:///v1"}, "and a host"),
        ({"url": "https://user@h/v1"}, "more than an address"),
        ({"url": "https://h/v1#part"}, "more than an address"),
        ({"key_env": "K"}, "key_env goes with a url"),
        ({"url": "http://h", "key_env": "2K"}, "no key belongs in a recipe"),
    ],
)
def test_what_is_no_judge_is_refused(keys, problem):
    with pytest.raises(ValidationError, match=problem):
        JudgeSettings(**{"model": "m", "rubric": "r", **keys})
