"""Whatever idle workers did ahead, a run decides and records the same."""

import random
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.engine.request import Likely
from evomerge.errors import Interrupted
from evomerge.ledger import Asked, Cost, Ledger, Part, PartAhead, Split, State, Told
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.evaluation import under_way
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.foreseen import Foreseen, nothing
from evomerge.run.evaluation.offspring import Offspring
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer, Lost
from tests.run.fakes import PEAK, answered, prepared, weights_of

RACED = {"race": "{error: 0.3}", "count": 48}


def by_all_that_is_asked(job):
    """Scores in which the last bits depend on what else is asked, as they do in batches."""
    a, b = weights_of(job.recipe)
    near = -abs(a - PEAK[0]) - abs(b - PEAK[1])
    beside = zlib.crc32(repr(job.chosen).encode()) % 1000 * 1e-9
    chosen = range(len(job.requests)) if job.chosen is None else job.chosen
    responses = [(Likely(near + 0.3 * ((7 * n) % 11) / 11 + beside, False),) for n in chosen]
    return answered(job, responses, Cost(0.1, 0.2, 0.3, 5 * len(responses)))


class Unruly(FakeWorkers):
    """Answer in any order, lose jobs now and then, and may be stopped."""

    def __init__(self, capacity, seed, ends_after=None, loses=0.1):
        super().__init__(by_all_that_is_asked, capacity, attempts=2)
        self._chance, self._left, self._loses = random.Random(seed), ends_after, loses

    def collect(self, checkpoint):
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise Interrupted("killed")
        self._under_way.rotate(self._chance.randrange(len(self._under_way)))
        if self._chance.random() < self._loses:
            job = self._under_way.popleft()
            return Lost(job.key, "its node is gone")
        return super().collect(checkpoint)


def run(folder, workers, budget="evaluations: 24", ahead=True, **more):
    """A search and the choice among its finalists; what was decided, and what was done ahead."""
    ready, spent = prepared(budget, **more), Spent()
    folder.mkdir(exist_ok=True)
    with Ledger(folder, create=True) as ledger:
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
        evaluations.foresees = ahead
        cycle = Cycle(0, ready, evaluations, ledger, spent)
        with workers, evaluations.driven(workers, cycle.foreseen):
            cycle.run(workers, Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
            evaluations.score(cycle.finalists, Split.SEARCH, workers)
            chosen = evaluations.score(cycle.finalists, Split.VALIDATION, workers)
        parts = ledger.parts(with_scores=True)
        told = [replace(one, parts=()) for one in ledger.all_of(Told)]
        decided = ledger.all_of(Asked), told, parts, ledger.trials(), _spent(spent), chosen
        return decided, ledger.all_of(PartAhead)


def _spent(spent):
    """But for the numbers of items, which are given in the order in which they are scored."""
    return spent.seen, spent.tokens


@pytest.mark.parametrize("more", [RACED, {"count": 48}], ids=["races", "no races"])
@pytest.mark.parametrize("capacity", [2, 8, 16])
def test_any_number_of_workers_leaves_the_same_ledger(tmp_path, more, capacity):
    alone, none = run(tmp_path / "alone", FakeWorkers(by_all_that_is_asked), **more)
    several, ahead = run(tmp_path / "several", Unruly(capacity, seed=capacity), **more)
    assert several == alone
    assert none == [], "one worker is never idle while anything is awaited"
    assert all(one.part.split != Split.TEST for one in ahead)
    if capacity == 8 and more is RACED:
        assert {one.part.split for one in ahead} == {"search", "validation"}


@settings(deadline=None, max_examples=15)
@given(
    st.integers(0, 10**6), st.integers(2, 9), st.lists(st.integers(0, 60), max_size=3),
    st.booleans(), st.integers(200, 4000),
)  # fmt: skip
def test_a_run_that_is_killed_and_resumed_decides_the_same(
    tmp_path_factory, seed, capacity, kills, races, tokens
):
    more = RACED if races else {"count": 48}
    budget = f"evaluations: 20, tokens: {tokens}"
    folder = tmp_path_factory.mktemp("runs")
    alone, _ = run(folder / "alone", FakeWorkers(by_all_that_is_asked), budget, **more)
    for number, ends_after in enumerate([*kills, None]):
        workers = Unruly(capacity, (seed, number).__hash__(), ends_after)
        try:
            again, _ = run(folder / "killed", workers, budget, **more)
        except Interrupted:
            continue
        break
    searched, told, parts, trials, spent, chosen = again
    assert (searched, told, spent, chosen) == (alone[0], alone[1], alone[4], alone[5])
    ended = [trial for trial in trials if trial.state is not State.CANCELLED]
    assert ended == alone[3]

    def by_what(some):
        return sorted(some, key=lambda part: (part.digest, part.split, *part.scores))

    assert by_what(parts) == by_what(alone[2]), "no item is on record twice"


def test_what_was_done_ahead_is_not_done_again(tmp_path):
    """Survivors of a race's first sample are asked the second one while the others end theirs."""
    workers = Unruly(6, seed=1, loses=0.0)
    decided, ahead = run(tmp_path, workers, **RACED)
    done = [(job.digest, job.chosen, id(job.requests)) for job in workers.submitted]
    assert len(done) == len(set(done))
    wanted = {(part.digest, part.split, part.cost) for part in decided[2]}
    taken = [one for one in ahead if (one.part.digest, one.part.split, one.part.cost) in wanted]
    assert len(taken) > 4, "the others are of candidates that were cut, or are no elites any more"


def scored(folder, workers, foreseen, ask):
    """Evaluations that have foreseen something, after the second of two asks."""
    ready = prepared(count=4)
    with Ledger(folder, create=True) as ledger:
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
        with evaluations.driven(workers, lambda: foreseen):
            for each in ask:
                evaluations.ask(*each, workers)
        return ledger.parts(with_scores=True), ledger.all_of(PartAhead), ledger.trials()


def offspring(name):
    return Offspring(prepared().recipe, name)


def says(job):
    return answered(job, [(Likely(0.5, False),)] * job.size)


def test_a_failure_ahead_is_held_against_nobody(tmp_path):
    """It is asked anew when the run asks, and what comes of that counts."""
    tries = []

    def answer(job):
        tries.append(job.digest)
        if job.digest == "b" and tries.count("b") == 1:
            return Answer(job.key, State.FAILED, "out of memory", again=True)
        return says(job)

    one, other = offspring("a"), offspring("b")
    parts, ahead, _ = scored(
        tmp_path,
        FakeWorkers(answer, 2, newest_first=True),
        [Foreseen(other, Split.VALIDATION)],
        [([one], Split.SEARCH), ([other], Split.VALIDATION)],
    )
    assert [(part.digest, part.state) for part in parts] == [("a", "scored"), ("b", "scored")]
    assert (tries, ahead) == (["b", "a", "b"], [])


def test_work_ahead_goes_on_when_all_that_was_asked_is_done(tmp_path):
    """And is awaited by those who ask for it then."""
    workers = FakeWorkers(says, 2)
    one, other = offspring("a"), offspring("b")
    parts, ahead, _ = scored(
        tmp_path,
        workers,
        [Foreseen(other, Split.VALIDATION)],
        [([one], Split.SEARCH), ([other], Split.VALIDATION)],
    )
    assert [job.digest for job in workers.submitted] == ["a", "b"]
    assert [part.digest for part in parts] == ["a", "b"]
    assert ahead == [], "it was asked for before it had ended"


def test_results_that_wait_for_others_are_known_to_foresight_and_recorded_in_turn(
    tmp_path,
):
    ready, seen = prepared(count=4), []
    keys = [item.key for item in ready.benchmark.items(Split.SEARCH)]
    one, other, third = (offspring(name) for name in "abc")
    waits = iter([None, None])  # the first is slow
    workers = FakeWorkers(lambda job: next(waits, says(job)) if job.digest == "a" else says(job), 2)
    with Ledger(tmp_path, create=True) as ledger:
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None)

        def then():
            seen.append((len(ledger.parts()), len(evaluations.values_so_far(other, keys[:2]))))
            return [Foreseen(other, Split.SEARCH, keys[:3])] if seen[-1][1] else []

        with evaluations.driven(workers, nothing):
            evaluations.ask([one, other], Split.SEARCH, workers, keys[:2], then=then)
            assert (0, 2) in seen
            assert [len(job.asked) for job in workers.submitted] == [2, 2, 1]
            evaluations.ask([third, other], Split.SEARCH, workers, keys[:3])
        assert [part.digest for part in ledger.parts()] == ["a", "b", "c", "b"]


def test_so_many_workers_as_may_be_needed_are_left_free(tmp_path):
    foreseen = [Foreseen(offspring(name), Split.VALIDATION, leaves=3) for name in "bcdef"]
    workers = FakeWorkers(says, 5)
    scored(tmp_path, workers, foreseen, [([offspring("a")], Split.SEARCH)])
    assert [job.digest for job in workers.submitted] == ["a", "b", "c"]


def test_nothing_is_foreseen_where_nobody_said_so(tmp_path):
    ready, workers = prepared(count=4), FakeWorkers(says, 3)
    with Ledger(tmp_path, create=True) as ledger:
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
        then = [Foreseen(offspring("b"), Split.VALIDATION)]
        evaluations.ask([offspring("a")], Split.SEARCH, workers, then=lambda: then)
        assert [job.digest for job in workers.submitted] == ["a"]
        evaluations.foresees = False
        with evaluations.driven(workers, nothing):
            evaluations.ask([offspring("c")], Split.SEARCH, workers, then=lambda: then)
        assert [job.digest for job in workers.submitted] == ["a", "c"]


def test_other_workers_in_between_have_a_driver_of_their_own(tmp_path):
    """What the first ones do ahead goes on, and is awaited when they are asked again."""
    first, second = FakeWorkers(says, 2), FakeWorkers(says, 2)
    foreseen = [Foreseen(offspring("b"), Split.VALIDATION)]
    with Ledger(tmp_path, create=True) as ledger:
        evaluations = Evaluations(ledger, prepared(count=4).benchmark, lambda: None)
        with evaluations.driven(first, lambda: foreseen):
            evaluations.ask([offspring("a")], Split.SEARCH, first)
            evaluations.ask([offspring("c")], Split.SEARCH, second)
            evaluations.ask([offspring("b"), offspring("d")], Split.VALIDATION, first)
    assert [job.digest for job in first.submitted] == ["a", "b", "d"]
    assert [job.digest for job in second.submitted] == ["c"]


def test_memory_holds_the_latest_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(under_way, "MOST_AHEAD", 2)
    done = under_way.UnderWay()
    for name in "abc":
        done.note(PartAhead(Part(name, "search", State.SCORED), "p"))
    assert [digest for digest, _, _ in done._ahead] == ["b", "c"]
