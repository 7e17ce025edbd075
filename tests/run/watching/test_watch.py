"""A watched run asks its leaders more, finds the same, and ends where a rail says so."""

import itertools

import pytest

from evomerge import evolve, resume, status
from evomerge.curriculum.writing import NEAR
from evomerge.errors import Halted, UserError
from evomerge.ledger import (
    BaselinesWatched,
    GenerationWatched,
    ItemsMade,
    Ledger,
    RailDecided,
    Refusals,
    State,
)
from evomerge.rails.rules import RAILS
from evomerge.recipe import load_recipe, parse_recipe
from evomerge.workers.protocol import Answer
from tests.run.fakes import near_peak
from tests.run.loop.preparing import RECIPE
from tests.run.small import TEXT
from tests.run.watching.loop import DEFAULTS, searched, told

SPEND, FAILURES = RAILS["spend"], RAILS["failures"]


def ledger(folder):
    folder.mkdir(exist_ok=True)
    return Ledger(folder, create=True)


@pytest.mark.parametrize("race", ["false", "{error: 0.05}"])
def test_who_is_watched_finds_what_is_found_unwatched(tmp_path, race):
    with ledger(tmp_path / "a") as plain, ledger(tmp_path / "b") as watched:
        found = [searched(plain, {}, race=race, count=12), searched(watched, race=race, count=12)]
        assert told(plain) == told(watched)
        assert [e.digest for e in found[0].elites] == [e.digest for e in found[1].elites]
        assert plain.all_of(GenerationWatched) == []
        seen = watched.all_of(GenerationWatched)
    assert [one.place for one in seen] == [(0, 0), (0, 1), (0, 2)]
    assert [one.evaluated for one in seen] == [4, 8, 12]
    means = [one.leader.tasks["t"].search.mean for one in seen]
    assert means == sorted(means)
    assert all(one.leader.tasks["t"].validation.items == 12 for one in seen)


def test_a_rail_ends_it_and_again_at_once_until_a_person_overrides_it(tmp_path):
    settings = {SPEND: SPEND.settings(tokens=120)}
    with ledger(tmp_path / "plain") as whole:
        searched(whole, {})
        expected = told(whole)
    with ledger(tmp_path / "run") as log:
        with pytest.raises(Halted, match="paused by the rail spend after generation 1") as first:
            searched(log, settings)
        (decided,) = log.all_of(RailDecided)
        records = len([*log.records()])
        with pytest.raises(Halted) as second:
            searched(log, settings)
        assert str(first.value) == str(second.value)
        assert searched.workers.submitted == []
        assert len([*log.records()]) == records
        log.record(decided.overridden("it is worth it"))
        searched(log, settings)
        assert told(log) == expected
        assert log.all_of(RailDecided) == [decided]
        assert len(log.all_of(BaselinesWatched)) == 1


def test_what_was_broken_off_anywhere_is_watched_alike(tmp_path):
    with ledger(tmp_path / "whole") as whole:
        searched(whole)
        expected = [(one.place, one.leader, one.failed) for one in whole.all_of(GenerationWatched)]
        count = len([*whole.records()])
    for number, stop in enumerate(range(3, count, 7)):
        with ledger(tmp_path / str(number)) as log:
            left = itertools.count(stop, -1)

            def kill(record, left=left):
                if next(left) == 0:
                    raise KeyboardInterrupt

            log.watch(kill)
            with pytest.raises(KeyboardInterrupt):
                searched(log)
        with ledger(tmp_path / str(number)) as log:
            searched(log)
            seen = [(one.place, one.leader, one.failed) for one in log.all_of(GenerationWatched)]
        assert seen == expected


def test_generations_that_all_fail_stop_it_whatever_a_person_says(tmp_path):
    def failing(job):
        if job.key < 4 + 4:  # both parents on both splits, and the first generation
            return near_peak(job)
        return Answer(job.key, State.FAILED, "not finite", prompts="")

    settings = {FAILURES: FAILURES.settings(all_of=2)}
    with ledger(tmp_path) as log:
        with pytest.raises(Halted, match="cannot be overridden"):
            searched(log, settings, failing, "evaluations: 40")
        (decided,) = log.all_of(RailDecided)
        assert decided.action == "stop"
        log.record(decided.overridden("I insist"))
        with pytest.raises(Halted, match="cannot be overridden"):
            searched(log, settings, failing, "evaluations: 40")


def test_all_rails_go_on_in_a_sound_search(tmp_path):
    with ledger(tmp_path) as log:
        searched(log, DEFAULTS, budget="evaluations: 60", count=20)
        assert log.all_of(RailDecided) == []


def test_who_has_written_known_items_is_halted_in_the_next_cycle(tmp_path):
    curriculum = load_recipe(RECIPE).evolve.curriculum
    with ledger(tmp_path) as log:
        log.record(ItemsMade(0, "t", refusals=(Refusals("told", NEAR, 60),), drawn={"told": 60}))
        searched(log, curriculum=curriculum)
        with pytest.raises(Halted, match="60 of 60 items that the writer told wrote in cycle 0"):
            searched(log, curriculum=curriculum, number=1)
        (decided,) = log.all_of(RailDecided)
    assert (decided.rail, decided.place) == ("writers", (1, 0))


def test_a_real_run_is_paused_overridden_and_shown(tmp_path):
    recipe, folder = parse_recipe(TEXT + "  rails: {spend: {tokens: 9000}}\n"), tmp_path / "run"
    with pytest.raises(Halted, match="--override spend --reason TEXT"):
        evolve(recipe, folder)
    for again in (lambda: evolve(recipe, folder), lambda: resume(folder)):
        with pytest.raises(Halted, match="paused by the rail spend"):
            again()
    with pytest.raises(UserError, match="has not paused"):
        resume(folder, override=["length"], reason="x")
    assert status(folder)["state"] == "stopped"
    run = resume(folder, override=["spend"], reason="it is <b>worth</b> it")
    assert run.promoted
    (halt,) = status(folder)["halts"]
    assert (halt["rail"], halt["reason"]) == ("spend", "it is <b>worth</b> it")
    card = (run.winner / "README.md").read_text()
    assert "the rail spend paused the run" in card
    assert "It was overridden: it is &lt;b&gt;worth" in card
