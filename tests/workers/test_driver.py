"""Jobs given to workers of every temper: the same is judged in the same order."""

import itertools
import threading
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.engine.fake import FAKE
from evomerge.engine.kind import EngineIdentity
from evomerge.errors import EvomergeError, Interrupted, Stopped
from evomerge.ledger import Cost, State
from evomerge.recipe import parse_recipe
from evomerge.workers.driver import Driver, answers
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.pool import Inline, judging_pool
from evomerge.workers.protocol import Answer, Job, Known, Lost, Present
from tests.workers.driven import carry_out

RECIPE = parse_recipe("merge_method: linear\nmodels: [{model: a}]")


def jobs(count):
    return [Job(key, RECIPE, ()) for key in range(count)]


def said(job):
    return Answer(job.key, State.SCORED, worker=f"worker of {job.key}")


@given(
    st.integers(0, 20), st.integers(1, 8), st.booleans(), st.sets(st.integers(0, 19)), st.booleans()
)
def test_any_workers_give_the_same(count, capacity, newest_first, lost_once, concurrent):
    lost = set(lost_once)

    def answer(job):
        if job.key in lost:
            lost.remove(job.key)
            return Lost(job.key, "killed")
        return said(job)

    workers = FakeWorkers(answer, capacity, newest_first, attempts=2)
    judged = []

    def judge(answer):
        judged.append(answer.key)
        return answer

    with judging_pool(concurrent) as pool:
        found = [*carry_out(workers, jobs(count), judge, pool)]
    assert found == [said(job) for job in jobs(count)]
    assert judged == [*range(count)]


def test_workers_go_on_while_answers_are_judged():
    """Each answer is judged only when the job after it has begun: else nothing would end."""
    begun = [threading.Event() for _ in range(4)]

    def answer(job):
        begun[job.key].set()
        return said(job)

    def judge(answer):
        following = begun[min(answer.key + 1, 3)]
        assert following.wait(timeout=60)
        return answer.key

    with judging_pool(concurrent=True) as pool:
        assert [*carry_out(FakeWorkers(answer), jobs(4), judge, pool)] == [0, 1, 2, 3]


class AllAtOnce(Inline):
    """Has so many answers wait for each other before one of them is judged."""

    def __init__(self, count):
        self._count, self._waiting = count, []

    def submit(self, judge, answer):
        future = Future()
        self._waiting.append((future, answer))
        if len(self._waiting) >= self._count:
            for each, its in self._waiting:
                each.set_result(judge(its))
            self._waiting, self._count = [], 1
        return future


@pytest.mark.parametrize("in_order", [True, False])
def test_while_many_results_are_given_workers_go_on(in_order):
    workers = FakeWorkers(said, capacity=2)
    lag = workers.rules.lag
    judging = AllAtOnce(lag)
    given = carry_out(workers, jobs(20), lambda answer: answer.key, judging, in_order=in_order)
    begun = [len(workers.submitted) for _ in given]
    assert len(begun) == 20
    assert begun[:4] == [lag + done for done in (0, 1, 2, 2)]


def test_a_job_is_taken_when_there_is_a_worker_for_it_and_not_before():
    taken = []

    def one_by_one():
        for job in jobs(9):
            taken.append(job.key)
            yield job

    workers = FakeWorkers(said, capacity=2)
    found = answers(workers, one_by_one())
    assert next(found).key == 0
    assert taken == [0, 1, 2]


def test_what_was_answered_before_a_stop_is_given_and_then_it_is_raised():
    looks = []

    def checkpoint():
        looks.append(1)
        if len(looks) == 3:
            raise Interrupted("stop")

    workers, given = FakeWorkers(said, capacity=3, newest_first=True), []
    with pytest.raises(Interrupted, match="stop"):
        for answer in answers(workers, jobs(9), checkpoint):
            given.append(answer.key)
    assert given == [2, 3]  # 0 and 1 were still under way


def test_a_judge_that_cannot_be_reached_stops_and_nothing_judged_is_lost():
    def judge(answer):
        if answer.key == 2:
            raise Stopped("the judge is gone")
        return answer.key

    given = []
    with judging_pool(concurrent=True) as pool, pytest.raises(Stopped, match="the judge is gone"):
        for key in carry_out(FakeWorkers(said, capacity=4), jobs(8), judge, pool):
            given.append(key)
    assert given[:2] == [0, 1]
    assert 2 not in given
    assert given == sorted(given)


@pytest.mark.parametrize("concurrent", [False, True])
@pytest.mark.parametrize("error", [EvomergeError("the disk is gone"), ValueError("odd")])
def test_what_was_answered_before_a_worker_raises_is_judged_and_given(concurrent, error):
    """Job 0 fails while the answers to 2 and 1 wait for it; 3 is still under way."""

    def answer(job):
        if job.key == 0:
            raise error
        return said(job)

    given, judged = [], []

    def judge(answer):
        judged.append(answer.key)
        return answer.key

    workers = FakeWorkers(answer, capacity=3, newest_first=True)
    some = [*jobs(3)]
    with judging_pool(concurrent) as pool, pytest.raises(type(error), match=str(error)):
        for key in carry_out(workers, some, judge, pool):
            given.append(key)
    assert given == judged == [1, 2]


def test_what_a_judge_cannot_judge_loses_nothing_else():
    """All four were answered; the judge fails at the first and at the third."""

    def judge(answer):
        if answer.key in (0, 2):
            raise EvomergeError(f"odd answer {answer.key}")
        return answer.key

    given = []
    workers = FakeWorkers(said, capacity=4, newest_first=True)
    with pytest.raises(EvomergeError, match="odd answer 0"):
        for key in carry_out(workers, jobs(4), judge, Inline()):
            given.append(key)
    assert given == [1, 3]


def test_what_was_answered_is_given_where_no_further_job_can_be_made():
    def broken():
        yield from jobs(2)
        raise EvomergeError("no third job")

    given = []
    with pytest.raises(EvomergeError, match="no third job"):
        for answer in answers(FakeWorkers(said, capacity=2), broken()):
            given.append(answer.key)
    assert given == [0]  # 1 was still under way


def test_a_job_that_takes_for_ever_is_ended(monkeypatch):
    seconds = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: float(next(seconds)))
    monkeypatch.setattr("evomerge.workers.driver.time", clock)
    workers = FakeWorkers(
        lambda job: None if job.key == 1 else said(job), capacity=2, attempts=2, limit_s=30
    )
    first, second, third = answers(workers, jobs(3))
    assert first == said(jobs(1)[0])
    assert (second.key, second.state) == (1, State.FAILED)
    assert second.reason == "it took longer than 30 s, 2 times"
    assert third == said(jobs(3)[2])
    assert workers.ended == [1, 1]


def test_time_in_which_nobody_listened_is_not_the_workers(monkeypatch):
    """Between two looks this process is stopped for an hour; the answer lay there meanwhile."""
    hours = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: 3600.0 * next(hours))
    monkeypatch.setattr("evomerge.workers.driver.time", clock)
    looks = iter([None, None, said(jobs(1)[0])])
    workers = FakeWorkers(lambda job: next(looks), limit_s=30)
    (answer,) = answers(workers, jobs(1))
    assert answer == said(jobs(1)[0])
    assert workers.ended == []


def test_what_failed_on_one_worker_is_tried_on_another_and_keeps_its_cost():
    cost = Cost(1.0, 2.0, 3.0, 4)

    def answer(job):
        if job.key == 1:
            reason = "LinAlgError: singular"
            return Answer(1, State.FAILED, reason, cost=cost, worker="a", again=True)
        return said(job)

    workers = FakeWorkers(answer, attempts=2)
    first, second = answers(workers, jobs(2))
    assert first == said(jobs(1)[0])
    assert (second.state, second.reason) == (State.FAILED, "LinAlgError: singular, 2 times")
    assert (second.cost, second.worker) == (cost, "a")
    assert [job.key for job in workers.submitted] == [0, 1, 1]


def test_what_is_lost_again_and_again_stops_the_run_and_fails_no_job():
    def answer(job):
        return Lost(job.key, "the network is down") if job.key == 1 else said(job)

    found = answers(FakeWorkers(answer, capacity=2), jobs(4))
    assert next(found).key == 0
    with pytest.raises(Stopped, match=r"lost 11 times with its worker \(the network is down\)"):
        list(found)


def test_a_crash_of_the_jobs_own_fails_it_after_a_second_try():
    def answer(job):
        return Lost(job.key, "it crashed", own=True) if job.key == 1 else said(job)

    found = [*answers(FakeWorkers(answer, attempts=2), jobs(3))]
    assert [one.state for one in found] == [State.SCORED, State.FAILED, State.SCORED]
    assert found[1].reason == "it crashed, 2 times"


class Leaving(FakeWorkers):
    """Two workers, of which one goes with the first job and comes back before the last one."""

    def collect(self, checkpoint):
        if not self.submitted:
            return super().collect(checkpoint)
        if self.present.count == 2 and not self.went:
            self.went, self.present = True, Present(1, "a node is gone")
            return Lost(self._under_way.popleft().key, "a node is gone")
        if self.went and len(self.submitted) >= 5:
            self.present = Present(2)
        return super().collect(checkpoint)

    went = False


def test_a_run_shrinks_to_the_workers_that_are_left_and_grows_again():
    workers = Leaving(said, capacity=2)
    assert [*answers(workers, jobs(8))] == [said(job) for job in jobs(8)]
    assert workers.went
    assert workers.present.count == 2


def test_no_worker_is_missed_where_answers_are_only_judged_any_more(monkeypatch):
    seconds = itertools.count(step=1000)
    clock = SimpleNamespace(monotonic=lambda: float(next(seconds)))
    monkeypatch.setattr("evomerge.workers.driver.time", clock)
    workers, gone = FakeWorkers(said), threading.Event()

    def judge(answer):
        assert gone.wait(timeout=60)
        return answer.key

    def one_job():
        yield from jobs(1)
        workers.present = Present(0, "all nodes are gone")
        gone.set()

    with judging_pool(concurrent=True) as pool:
        assert [*carry_out(workers, one_job(), judge, pool)] == [0]


def test_workers_that_do_not_come_stop_the_run(monkeypatch):
    seconds = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: float(next(seconds)))
    monkeypatch.setattr("evomerge.workers.driver.time", clock)
    workers = FakeWorkers(said)
    workers.present = Present(0, "no node has a GPU")
    workers.collect = lambda checkpoint: None
    with pytest.raises(Stopped, match=r"no worker for 180 s \(no node has a GPU\)"):
        [*answers(workers, jobs(1))]


def test_an_answer_of_another_engine_ends_the_run():
    other = EngineIdentity("fake", {"torch": "0.1"}, {})

    def answer(job):
        return replace(said(job), engine=other if job.key else FAKE.identity)

    found = answers(FakeWorkers(answer), jobs(2))
    assert next(found).key == 0
    with pytest.raises(EvomergeError, match=r"worker of 1 answers with fake \(torch 0\.1\)"):
        next(found)


def test_what_a_judge_raises_inline_is_raised_where_its_result_is_asked_for():
    def judge(answer):
        raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        [*carry_out(FakeWorkers(said), jobs(1), judge, Inline())]


class Endless:
    """A driver with jobs of its own to foresee."""

    def __init__(self, workers, foreseen, pool=None):
        self.left, self.free = [*foreseen], []
        self.driver = Driver(workers, lambda answer: answer.key, pool or Inline())

    def ask(self, *keys):
        return [*self.driver.carry_out([Job(key, RECIPE, ()) for key in keys], self._next)]

    def _next(self, free):
        self.free.append(free)
        return Job(self.left.pop(0), RECIPE, ()) if self.left else None


def test_idle_workers_do_what_is_foreseen_and_what_is_asked_comes_first():
    workers = FakeWorkers(said, capacity=3)
    driving = Endless(workers, [10, 11])
    assert driving.ask(0, 1, 2, 3) == [0, 1, 2, 3]
    assert [job.key for job in workers.submitted] == [0, 1, 2, 3, 10, 11]
    assert driving.free[:2] == [3, 2], "how many workers do nothing that was foreseen"


def test_what_is_under_way_when_a_call_ends_is_given_in_the_next_or_asked_for():
    workers = FakeWorkers(said, capacity=3)
    driving = Endless(workers, [10, 11])
    assert driving.ask(0) == [0]
    assert driving.ask(1, 10) == [11, 1, 10], "in the order of asking, though it ended before"
    assert [job.key for job in workers.submitted] == [0, 10, 11, 1]


def test_one_worker_alone_does_nothing_that_is_foreseen():
    workers = FakeWorkers(said)
    with judging_pool(True) as pool:
        assert Endless(workers, [10], pool).ask(0, 1) == [0, 1]
    assert [job.key for job in workers.submitted] == [0, 1]


def test_what_a_judge_cannot_judge_ahead_stops_nobody_who_has_not_asked_for_it():
    def judge(answer):
        if answer.key == 10:
            raise Stopped("the judge is away")
        return answer.key

    workers = FakeWorkers(said, capacity=2, newest_first=True)
    driving = Endless(workers, [10])
    driving.driver._judge = judge
    assert driving.ask(0) == [0]
    with pytest.raises(Stopped, match="is away"):
        driving.ask(10)


def test_a_job_whose_result_is_known_is_given_in_its_turn_and_done_by_nobody():
    workers = FakeWorkers(said, capacity=2, newest_first=True)
    driver = Driver(workers, lambda answer: answer.key, Inline())
    asked = [Job(0, RECIPE, ()), Known(1, "known"), Job(2, RECIPE, ())]
    assert [*driver.carry_out(asked)] == [0, "known", 2]
    assert [job.key for job in workers.submitted] == [0, 2]
