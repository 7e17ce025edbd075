from dataclasses import replace

import pytest

from evomerge.ledger import RailDecided
from evomerge.rails.judging import judge_all, standing
from evomerge.rails.rules import RAILS
from tests.rails.histories import generation, of_entries, spent

SPEND = RAILS["spend"]
DECIDED = RailDecided("spend", "pause", 0, 1, 120.0, 100.0, "120 tokens are spent")
SETTINGS = {SPEND: SPEND.settings(tokens=100)}


def history(*tokens):
    return of_entries(*(generation(n, spent=spent(each)) for n, each in enumerate(tokens)))


def test_each_rail_that_does_not_let_it_go_on_is_named_with_its_evidence():
    assert judge_all(SETTINGS, history(50), ()).decided == ()
    judged = judge_all(SETTINGS, history(50, 120), ())
    (decided,) = judged.standing
    assert judged.decided == (decided,)
    assert (decided.rail, decided.action, decided.place) == ("spend", "pause", (0, 1))
    assert (decided.value, decided.threshold) == (120, 100)
    assert "120 tokens are spent" in decided.sentence


def test_an_override_holds_for_its_generation_and_what_came_to_light_then():
    (decided,) = judge_all(SETTINGS, history(50, 120), ()).decided
    accepted = [decided.overridden("it is worth it")]
    same = judge_all(SETTINGS, history(50, 120), accepted)
    assert same.decided == (decided,), "the decision is the same, whoever resumes"
    assert same.standing == ()
    assert judge_all(SETTINGS, history(50, 120, 210), accepted, [decided]).decided == ()
    assert len(judge_all(SETTINGS, history(50, 120, 220), accepted, [decided]).standing) == 1
    assert len(judge_all(SETTINGS, history(120), accepted).standing) == 1, "that came before"


def test_an_override_serves_no_halt_with_another_evidence():
    (decided,) = judge_all(SETTINGS, history(50, 120), ()).decided
    accepted = [decided.overridden("it is worth it")]
    assert len(judge_all(SETTINGS, history(60, 130), accepted).standing) == 1, "another history"
    later = judge_all(SETTINGS, history(60, 90, 130), accepted)
    assert len(later.standing) == 1, "where nothing was halted nothing was accepted"


def test_a_later_override_counts_from_there():
    met = [replace(DECIDED, generation=n) for n in (0, 1)]
    assert judge_all(SETTINGS, history(100, 200, 290), (), met).decided == ()


@pytest.mark.parametrize(("action", "held"), [("pause", 0), ("stop", 1)])
def test_a_stop_stands_whatever_a_person_says(action, held):
    decided = RailDecided("failures", action, 0, 1, 3.0, 3.0, "none could be scored")
    assert len(standing([decided, decided], [decided.overridden("I insist")])) == held
    other = replace(decided, generation=2).overridden("I insist")
    assert standing([decided], [other]) == (decided,)
