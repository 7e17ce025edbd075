from dataclasses import replace
from pathlib import Path

import pytest

from evomerge.errors import Halted, UserError
from evomerge.ledger import Ledger, RailDecided, RailOverridden
from evomerge.recipe import parse_recipe
from evomerge.run.watching.halts import (
    Override,
    halt,
    override_of,
    overrides_of,
    require_unhalted,
)
from tests.run.small import TEXT

RUN = Path("runs/my run")
LONG = RailDecided("length", "pause", 0, 3, 3.0, 2.0, "t: answers are long")
DEAR = RailDecided("spend", "pause", 0, 3, 5.5, 5.0, "5.5 of money are spent")
DEAD = RailDecided("failures", "stop", 0, 3, 3.0, 3.0, "none could be scored")
ACCEPTED = LONG.overridden("it explains more")


def test_a_halt_says_which_rail_why_what_to_do_and_how_it_goes_on():
    told = str(halt([LONG, DEAR], RUN))
    assert "paused by the rail length after generation 3 of cycle 0: t: answers are long" in told
    assert "What to do: read some of them" in told
    assert told.endswith(
        "evomerge resume 'runs/my run' --override length --override spend --reason TEXT"
    )


def test_a_stop_says_that_nobody_can_override_it():
    told = str(halt([LONG, DEAD], RUN))
    assert "a stop by failures cannot be overridden: begin another run" in told
    assert "--override" not in told


def test_a_rail_of_another_version_is_told_as_well():
    gone = RailDecided("gone", "pause", 0, 1, 1, 1, "x")
    assert "paused by the rail gone" in str(halt([gone], RUN))


def test_without_a_halt_nothing_is_said():
    assert overrides_of([], None, RUN) == []
    assert overrides_of([LONG, ACCEPTED], None, RUN) == []


def test_an_override_serves_no_other_halt_at_the_same_place():
    other = replace(LONG, value=4.0, sentence="u: answers are long")
    for earlier in (ACCEPTED, RailOverridden("length", 0, 3, "before decisions had names")):
        with pytest.raises(Halted, match="u: answers are long"):
            overrides_of([LONG, earlier, other], None, RUN)


def test_each_rail_that_holds_the_run_must_be_named():
    both = Override(("length", "spend"), "why not")
    assert [one.rail for one in overrides_of([LONG, DEAR], both, RUN)] == ["length", "spend"]
    for said in (None, Override(("length",), "why not")):
        with pytest.raises(Halted):
            overrides_of([LONG, DEAR], said, RUN)
    with pytest.raises(Halted, match="cannot be overridden"):
        overrides_of([DEAD], Override(("failures",), "I insist"), RUN)


def test_what_was_overridden_for_this_reason_before_may_be_said_again():
    assert overrides_of([LONG, ACCEPTED], Override(("length",), ACCEPTED.reason), RUN) == []
    with pytest.raises(UserError, match="which is held by no rail"):
        overrides_of([LONG, ACCEPTED], Override(("length",), "another"), RUN)


def test_a_rail_that_does_not_hold_the_run_or_does_not_exist_is_no_override():
    with pytest.raises(UserError, match=r"it has not paused runs/my run, which is held by length"):
        overrides_of([LONG], Override(("spend",), "x"), RUN)
    with pytest.raises(UserError, match="no rail is called so; there are canaries, collapse"):
        overrides_of([LONG], Override(("<script>",), "x"), RUN)


def test_an_override_needs_a_reason_and_a_reason_an_override():
    assert override_of([], "") is None
    assert override_of(["length"], " because ") == Override(("length",), "because")
    with pytest.raises(UserError, match="say why, with --reason TEXT"):
        override_of(["length"], "  ")
    with pytest.raises(UserError, match="say --override NAME"):
        override_of([], "because")


def test_a_run_is_held_before_anything_is_opened(tmp_path):
    recipe, plain = parse_recipe(TEXT + "  rails: default\n"), parse_recipe(TEXT)
    require_unhalted(recipe, tmp_path / "none", None)
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(LONG)
    with pytest.raises(Halted):
        require_unhalted(recipe, tmp_path, None)
    require_unhalted(plain, tmp_path, None)
