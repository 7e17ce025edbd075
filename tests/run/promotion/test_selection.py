from dataclasses import replace

import pytest

from evomerge.errors import EvomergeError
from evomerge.ledger import Ledger, Split, State
from evomerge.recipe import Floor
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.promotion.selection import select
from evomerge.score.benchmark import Benchmark
from evomerge.score.tasks.term import Term
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer
from tests.run.fakes import A, FirstValue, items, prepared
from tests.run.promotion.test_promotion import SIZES, offspring, right_share


@pytest.fixture
def ready():
    splits = {split: items(split.value, size) for split, size in SIZES.items()}
    return replace(prepared(), benchmark=Benchmark([Term("t", "m", 1.0, FirstValue(), splits)]))


@pytest.fixture
def evaluations(ready, tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        yield Evaluations(ledger, ready.benchmark, lambda: None)


def test_the_winner_is_best_on_validation_not_on_search(ready, evaluations):
    lucky, good = offspring(ready, 0.25, 0), offspring(ready, 0.75, 0)
    shares = {(0.25, "search"): 0.9, (0.75, "search"): 0.6}
    workers = right_share(lambda w, split: shares.get((w, split), w))
    selection = select(evaluations, ready, [lucky, good], {A: good}, workers)
    assert selection.winner == good
    assert not [job for job in workers.submitted if len(job.requests) == SIZES[Split.TEST]]


def test_the_curse_is_how_much_more_finalists_fell_than_what_nobody_searched_for(
    ready, evaluations
):
    """Validation items are harder by 0.1; luck on the search items was worth 0.2."""
    finalists = [offspring(ready, x, 0) for x in (0.7, 0.6)]
    shares = {
        (0.7, "search"): 0.8,
        (0.7, "validation"): 0.5,
        (0.6, "search"): 0.8,
        (0.6, "validation"): 0.5,
        (0.2, "search"): 0.3,
        (0.2, "validation"): 0.2,
    }
    workers = right_share(lambda w, split: shares[round(w, 3), split])
    selection = select(evaluations, ready, finalists, {A: offspring(ready, 0.2, 0)}, workers)
    assert selection.drift == pytest.approx(0.1)
    assert selection.curse == pytest.approx(0.2)
    chosen = selection.chosen({})
    assert chosen.curse_error == selection.curse_error
    assert [finalist.search for finalist in chosen.finalists] == pytest.approx([0.8, 0.8])


def test_of_equals_the_first_wins(ready, evaluations):
    finalists = [offspring(ready, x, 0.5) for x in (0.3, 0.2, 0.4)]
    workers = right_share(lambda w, split: 0.5)
    assert select(evaluations, ready, finalists, {A: finalists[1]}, workers).winner == finalists[0]


def test_who_keeps_to_a_floor_wins_over_who_scores_higher(ready, tmp_path):
    """The floor lies at the parents' best."""
    (term,) = ready.benchmark.terms
    benchmark = Benchmark([replace(term, floor=Floor(margin=0.0))])
    benchmark.calibrate(Split.VALIDATION, {"A": {"t": 0.6}, "B": {"t": 0.1}})
    with Ledger(tmp_path, create=True) as ledger:
        evaluations = Evaluations(ledger, benchmark, lambda: None)
        good, bad = offspring(ready, 0.7, 0), offspring(ready, 0.5, 0)
        floored = replace(ready, benchmark=benchmark)
        selection = select(
            evaluations, floored, [bad, good], {A: bad}, right_share(lambda w, split: w)
        )
    assert selection.winner == good
    violations = [finalist.violation for finalist in selection.chosen({}).finalists]
    assert violations == pytest.approx([0.0, 0.1])


def test_without_a_scored_finalist_the_reasons_are_told(ready, evaluations):
    workers = FakeWorkers(lambda job: Answer(job.key, State.FAILED, "a logit is not finite"))
    with pytest.raises(EvomergeError, match="no recipe could be scored: a logit is not finite"):
        select(evaluations, ready, [offspring(ready, 0.5, 0.5)], {}, workers)
