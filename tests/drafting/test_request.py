"""What nothing can be drafted of."""

from pathlib import Path

import pytest

from evomerge.drafting.request import DraftRequest
from evomerge.errors import UserError

GIVEN = {"fine_tunes": ("a", "b"), "items": (Path("f.csv"),)}


def test_it_takes_models_and_something_to_score_on():
    assert DraftRequest(**GIVEN).out == Path("recipe.yaml")
    assert DraftRequest(("a",), tasks=("gsm8k",)).minutes == 60


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"items": ()}, "nothing to score on: say --items FILE or --task NAME"),
        ({"fine_tunes": ()}, "nothing to merge: name one"),
        ({"fine_tunes": ("b", "a", "a")}, "a: stands twice; name each fine-tune once"),
        ({"minutes": 0}, "--minutes 0: must be"),
        ({"minutes": float("nan")}, "--minutes nan: must be"),
        ({"minutes": float("inf")}, "--minutes inf: must be"),
    ],
)
def test_what_is_wrong_with_it_is_told(changes, why):
    with pytest.raises(UserError, match=why):
        DraftRequest(**{**GIVEN, **changes})
