"""A run in which those who vote know nothing: the first generation behind them ends it."""

import pytest

from evomerge import evolve, resume, status
from evomerge.errors import Halted
from evomerge.ledger import GenerationWatched, ItemsMade, Ledger, RailDecided
from evomerge.rails.rules import RAILS
from tests.run.loop.preparing import small

ALONE = {name: False for name in RAILS if name != "canaries"}


def recipe():
    """The zoo's loop, in which the base is asked whether sums in French are right."""
    made = small(cycles=2, budget={"evaluations": 8}, rails=ALONE, elites=1)
    plain = made.plain()
    del plain["evolve"]["training"]
    plain["evolve"]["curriculum"]["verifiers"] = [
        {"agreement": 1, "of": ["zoo:base"], "max_gen_toks": 8}
    ]
    return type(made).model_validate(plain)


def test_a_vote_that_is_wrong_on_canaries_pauses_the_run_until_a_person_overrides_it(tmp_path):
    folder = tmp_path / "run"
    with pytest.raises(Halted, match=r"vote and executor disagree on [0-9]+ of [0-9]+ canaries"):
        evolve(recipe(), folder)
    with Ledger(folder) as ledger:
        (made,) = ledger.all_of(ItemsMade)
        (decided,) = ledger.all_of(RailDecided)
        last = ledger.all_of(GenerationWatched)[-1]
    assert made.canaries.asked > 8
    assert made.canaries.disagreed > made.canaries.asked / 2
    assert (decided.rail, decided.place) == ("canaries", (1, 0))
    assert last.place == (1, 0), "the first generation that could see it"
    with pytest.raises(Halted, match="paused by the rail canaries"):
        resume(folder)
    resume(folder, override=["canaries"], reason="what it passed is right")
    (halt,) = status(folder)["halts"]
    assert halt["reason"] == "what it passed is right"
