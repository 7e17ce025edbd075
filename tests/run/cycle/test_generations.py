"""A search by generations: how it went, and what it repeats."""

import pytest

from evomerge.errors import Tampered
from evomerge.ledger import Ledger, Told
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.course import NOTHING_NEW, STALE_GENERATIONS, Course
from evomerge.run.cycle.generations import Generations
from evomerge.run.cycle.racing import Racing
from evomerge.run.cycle.recorded_search import RecordedSearch
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.workers.fake import FakeWorkers
from tests.run.cycle.test_history import with_choices
from tests.run.fakes import near_peak, prepared


def course(ready, ledger, require_unchanged=lambda: None):
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    candidates = RecordedSearch(0, ready, evaluations, ledger, Spent())
    allowance = Allowance(ready.evolve.budget, 1.0, lambda: 0.0)
    searching = Generations(candidates, Racing(ready, evaluations, 0), None, require_unchanged)
    return searching.run(FakeWorkers(near_peak), allowance, None), candidates


def test_a_generation_that_the_budget_cuts_off_is_begun_and_not_told(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        went, candidates = course(prepared("evaluations: 10"), ledger)
        assert went == Course(3)
        assert candidates.spent.evaluations == 10
        asked = [one.candidate for one in candidates.history.of_cycle(0)]
    assert asked == [], "what this session asked is no earlier session's"


def test_generations_of_nothing_new_end_it_with_a_reason(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        went, candidates = course(with_choices(1000), ledger)
    assert went.early == NOTHING_NEW
    assert went.generations >= STALE_GENERATIONS
    assert candidates.spent.evaluations <= 16


def test_what_judges_is_looked_at_after_each_generation(tmp_path):
    glances = []

    def look():
        glances.append(len(glances))
        if len(glances) == 2:
            raise Tampered("changed")

    with Ledger(tmp_path, create=True) as ledger, pytest.raises(Tampered):
        course(prepared("evaluations: 12"), ledger, look)
    with Ledger(tmp_path) as ledger:
        told = [record.what.said for record in ledger.records(Told)]
    assert len(told) == 4, "the search is told nothing of a generation that was judged by another"
