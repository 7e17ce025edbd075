"""Who must sign a winner, as a recipe says it."""

import pytest
from pydantic import ValidationError

from evomerge.errors import RecipeError
from evomerge.recipe import ApprovalSettings, Splits, parse_recipe
from tests.approval.signers import ALICE, BOB, line
from tests.run.small import TEXT

BOTH = [line(ALICE), line(BOB)]


def test_all_must_sign_unless_it_is_said_otherwise():
    assert ApprovalSettings(by=BOTH).count == 2
    assert ApprovalSettings(by=BOTH, needs=1).count == 1
    assert ApprovalSettings(by=BOTH).keys == (ALICE.public, BOB.public)


@pytest.mark.parametrize(
    "keys, problem",
    [
        ({}, "Field required"),
        ({"by": []}, "at least 1 item"),
        ({"by": BOTH * 40}, "at most 64"),
        ({"by": ["alice"]}, r"by\[0\] is no public key"),
        ({"by": [BOTH[0], ALICE.public.text]}, r"by\[1\] is the same key as by\[0\]"),
        ({"by": BOTH, "needs": 3}, "needs 3 signatures of 2 signers"),
        ({"by": BOTH, "needs": 0}, "greater than or equal to 1"),
        ({"by": BOTH, "needs": True}, "valid integer"),
        ({"by": BOTH, "note": "x"}, "Extra inputs"),
    ],
)
def test_what_asks_for_nothing_or_for_too_much_is_refused(keys, problem):
    with pytest.raises(ValidationError, match=problem):
        ApprovalSettings(**keys)


def test_a_recipe_names_the_line_and_one_without_the_key_is_what_it_was():
    plain = parse_recipe(TEXT)
    assert "approval" not in plain.plain()["evolve"]
    assert plain.evolve.splits != Splits()
    asks = parse_recipe(TEXT + f"  approval: {{by: [{line(ALICE)}]}}\n")
    assert asks.plain()["evolve"]["approval"] == {"by": [line(ALICE)]}
    with pytest.raises(RecipeError, match=r":15: evolve.approval: needs 2 signatures of 1"):
        parse_recipe(TEXT + f"  approval: {{by: [{line(ALICE)}], needs: 2}}\n")
    with pytest.raises(RecipeError, match="did you mean 'needs'"):
        parse_recipe(TEXT + f"  approval: {{by: [{line(ALICE)}], need: 1}}\n")
