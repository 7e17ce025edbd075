"""A run with a larger budget ends like one that had it from the beginning."""

import os
import shutil
import signal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge import evolve, resume, status
from evomerge.errors import RunFolderError, Stopped, UserError
from evomerge.ledger import BudgetRaised, CycleEnded, Finished, ItemsOpened, Ledger, WinnerChosen
from evomerge.recipe import Budget, parse_recipe
from evomerge.report.budget import budget_of
from evomerge.report.ending import ending_of
from evomerge.run.folder.extension import extend, larger
from evomerge.weights import Checkpoint
from evomerge.workers.fake import FakeWorkers
from tests.run.cycle.test_cycle import RACED, found, near_peak, noisy, searched
from tests.run.small import TEXT

UP_TO = "budget: {evaluations: 10}"


def text(evaluations, more=""):
    assert UP_TO in TEXT
    return TEXT.replace(UP_TO, f"budget: {{evaluations: {evaluations}}}") + more


def came_to(cycle, spent, ledger):
    """What a search has found and spent, and how each of its candidates ended."""
    trials = {(t.digest, t.items, t.fitness, t.state, t.place) for t in ledger.trials()}
    return found(cycle), spent.evaluations, spent.seen, trials


@settings(deadline=None, max_examples=20)
@given(first=st.integers(1, 40), more=st.integers(1, 30))
@pytest.mark.parametrize(
    "limit, answer, kind",
    [("evaluations", near_peak, {}), ("tokens", near_peak, {}), ("evaluations", noisy, RACED)],
)
def test_a_search_that_goes_on_is_the_longer_one(
    tmp_path_factory, limit, answer, kind, first, more
):
    """In tokens where everyone is asked the same: else the price of an item depends on which ones
    it is asked with.
    """
    factor = {"evaluations": 1, "tokens": 10}[limit]
    budgets = [f"{limit}: {factor * n}" for n in (first, first + more)]
    with Ledger(tmp_path_factory.mktemp("whole"), create=True) as ledger:
        whole = came_to(*searched(ledger, budgets[1], FakeWorkers(answer), **kind), ledger)
    with Ledger(tmp_path_factory.mktemp("run"), create=True) as ledger:
        searched(ledger, budgets[0], FakeWorkers(answer), **kind)
        asked = {(p.digest, s.item) for p in ledger.parts(with_scores=True) for s in p.scores}
        extend(ledger, Budget(**{limit: factor * (first + more)}), None)
        workers = FakeWorkers(answer)
        again = came_to(*searched(ledger, budgets[1], workers, **kind), ledger)
        parts = [(p.digest, s.item) for p in ledger.parts(with_scores=True) for s in p.scores]
    assert again[:3] == whole[:3]
    assert again[3] >= whole[3]
    assert len(parts) == len(set(parts)), "no item is asked twice"
    assert asked <= set(parts)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return evolve(parse_recipe(text(18)), tmp_path_factory.mktemp("runs") / "whole")


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    return evolve(parse_recipe(text(10)), tmp_path_factory.mktemp("runs") / "short")


def test_a_finished_run_goes_on_to_the_winner_of_the_longer_one(whole, short, tmp_path):
    shutil.copytree(short.folder, tmp_path / "run")
    longer = resume(tmp_path / "run", evaluations=18)
    assert longer.weights_sha256 == whole.weights_sha256 != short.weights_sha256
    assert longer.verdict.winner == whole.verdict.winner
    assert (longer.verdict.opening.number, whole.verdict.opening.number) == (2, 1)
    assert longer.verdict.level == pytest.approx(whole.verdict.level / 4)
    assert Checkpoint(longer.winner).content_hash == whole.weights_sha256
    facts = status(tmp_path / "run")
    assert facts["state"] == "finished"
    assert facts["cost"]["evaluations"] == 18
    assert facts["openings"] == 2
    kept = tmp_path / "run" / "earlier" / "1"
    assert Checkpoint(kept).content_hash == short.weights_sha256, "the first winner is kept"
    assert resume(tmp_path / "run") == longer
    assert evolve(parse_recipe(text(10)), tmp_path / "run") == longer
    with pytest.raises(RunFolderError, match="raise its budget: evomerge resume"):
        evolve(parse_recipe(text(18)), tmp_path / "run")


def test_the_same_winner_is_the_same_opening(short, tmp_path):
    shutil.copytree(short.folder, tmp_path / "run")
    longer = resume(tmp_path / "run", evaluations=11)
    assert longer.weights_sha256 == short.weights_sha256
    assert longer.verdict == short.verdict
    assert not (tmp_path / "run" / "earlier").exists()
    with Ledger(longer.folder) as ledger:
        assert len(ledger.all_of(ItemsOpened)) == 1
        assert ending_of(ledger.events(), 0).spent["evaluations"] == 11


@pytest.mark.parametrize("kind", [BudgetRaised, "search", WinnerChosen, ItemsOpened])
def test_an_extension_that_is_stopped_is_gone_on_with(whole, short, tmp_path, kind):
    shutil.copytree(short.folder, tmp_path / "run")

    def watch(record):
        what = record.what
        if record.is_live and kind in (type(what), getattr(what, "split", "")):
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Stopped):
        resume(tmp_path / "run", evaluations=18, watch=watch)
    assert status(tmp_path / "run")["state"] == "stopped"
    assert status(tmp_path / "run")["promotion"] == {"verdict": "pending"}
    assert Checkpoint(short.folder / "winner").content_hash == short.weights_sha256
    run = resume(tmp_path / "run")
    assert run.weights_sha256 == whole.weights_sha256
    assert run.verdict.opening.number == 2


def test_a_run_that_was_stopped_is_extended(whole, tmp_path):
    def stop(record):
        what = record.what
        if getattr(what, "split", "") == "search" and len(seen) < 12:
            seen.append(what)
            if len(seen) == 12:
                os.kill(os.getpid(), signal.SIGTERM)

    seen = []
    with pytest.raises(Stopped):
        evolve(parse_recipe(text(10)), tmp_path / "run", watch=stop)
    run = resume(tmp_path / "run", evaluations=18)
    assert run.weights_sha256 == whole.weights_sha256
    assert run.verdict == whole.verdict


MORE = "  random_search: true\n  cycles: 2\n"


def test_cycles_and_random_search_have_their_share_of_the_larger_budget(tmp_path):
    expected = evolve(parse_recipe(text(16, MORE)), tmp_path / "whole")
    evolve(parse_recipe(text(8, MORE)), tmp_path / "run")
    run = resume(tmp_path / "run", evaluations=16)
    assert run.weights_sha256 == expected.weights_sha256
    assert run.verdict.scores == expected.verdict.scores


def test_a_limit_that_is_not_raised_is_told_and_nothing_written(short, tmp_path):
    shutil.copytree(short.folder, tmp_path / "run")
    before = status(tmp_path / "run")
    with pytest.raises(UserError, match="--evaluations 10: the run has 10 evaluations already"):
        resume(tmp_path / "run", evaluations=10)
    with pytest.raises(UserError, match="--minutes 5: the run has 10 evaluations, and no minutes"):
        resume(tmp_path / "run", minutes=5)
    for wrong in (float("nan"), 0.0):
        with pytest.raises(UserError, match="--minutes"):
            resume(tmp_path / "run", minutes=wrong)
    assert status(tmp_path / "run") == before


def test_minutes_count_from_where_the_search_had_ended(tmp_path):
    now = [1000.0]
    with Ledger(tmp_path, create=True, clock=lambda: now[0]) as ledger:
        now[0] += 60
        ended = CycleEnded(0, 1, 1, active_s=ledger.active_s)
        ledger.record(ended)
        now[0] += 30
        ledger.record(Finished("", {}))
    now[0] += 7 * 86400
    with Ledger(tmp_path, create=True, clock=lambda: now[0]) as ledger:
        extend(ledger, Budget(minutes=2), ended)
        (raised,) = ledger.all_of(BudgetRaised)
    assert ended.active_s == 60.0
    assert raised.outside_s == 30.0


@given(
    before=st.builds(Budget, evaluations=st.integers(1, 99), minutes=st.floats(1, 9)),
    after=st.integers(1, 200),
)
def test_a_budget_only_grows(before, after):
    limits = Budget(evaluations=after)
    if after <= before.evaluations:
        with pytest.raises(UserError, match="already"):
            larger(before, limits)
    else:
        assert larger(before, limits) == Budget(evaluations=after, minutes=before.minutes)
    assert budget_of([], before) == before
