from dataclasses import replace

import pytest

from evomerge.errors import EvomergeError
from evomerge.ledger import Ledger, State
from evomerge.recipe import Genome
from evomerge.run.evaluations import Evaluations, Wanted
from evomerge.run.promotion import PROMOTED, REFUSED, choose_winner, promote
from evomerge.score.benchmark import Benchmark, Term
from evomerge.score.request import Likely
from evomerge.score.splits import Split
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer
from tests.run.fakes import FirstValue, items, prepared, weights_of

SIZES = {Split.SEARCH: 40, Split.VALIDATION: 20, Split.TEST: 60}


@pytest.fixture
def ready():
    """Splits of different sizes, so that an answer can tell which one is asked for."""
    splits = {split: items(split.value, size) for split, size in SIZES.items()}
    return replace(prepared(), benchmark=Benchmark([Term("t", "m", 1.0, FirstValue(), splits)]))


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path, create=True) as opened:
        yield opened


def wanted(ready, first, second):
    recipe = Genome(ready.recipe).decode((first, second))
    return Wanted(recipe, ready.digest(recipe))


def right_share(share_of):
    """Workers whose offspring get the share of items right that a function gives."""

    def answer(job):
        split = next(split for split, size in SIZES.items() if size == len(job.requests))
        share = share_of(weights_of(job.recipe)[0], split)
        right = [float((7 * n) % SIZES[split] < share * SIZES[split]) for n in range(SIZES[split])]
        return Answer(job.key, State.SCORED, "", [(Likely(value, False),) for value in right])

    return FakeWorkers(answer)


def test_the_winner_is_best_on_validation_not_on_search(ready, ledger):
    lucky, good = wanted(ready, 0.25, 0), wanted(ready, 0.75, 0)
    shares = {(0.25, "search"): 0.9, (0.75, "search"): 0.6}
    workers = right_share(lambda w, split: shares.get((w, split), w))
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    evaluations.score([lucky, good], Split.SEARCH, workers)
    assert choose_winner(evaluations, [lucky, good], workers) == good
    assert not [job for job in workers.submitted if len(job.requests) == SIZES[Split.TEST]]


def test_of_equals_the_first_wins(ready, ledger):
    finalists = [wanted(ready, x, 0.5) for x in (0.3, 0.2, 0.4)]
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    workers = right_share(lambda w, split: 0.5)
    assert choose_winner(evaluations, finalists, workers) == finalists[0]


def test_without_a_scored_finalist_the_reasons_are_told(ready, ledger):
    workers = FakeWorkers(lambda job: Answer(job.key, State.FAILED, "a logit is not finite"))
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    with pytest.raises(EvomergeError, match="no recipe could be scored: a logit is not finite"):
        choose_winner(evaluations, [wanted(ready, 0.5, 0.5)], workers)


def promoted(ready, ledger, share_of):
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    baselines = {
        "A": wanted(ready, 0.25, 0),
        "B": wanted(ready, 0.125, 0),
        "uniform": wanted(ready, 0.5, 0.5),
    }
    workers = right_share(share_of)
    return promote(
        ready, evaluations, ledger, wanted(ready, 0.75, 0.5), baselines, workers
    ), workers


def test_a_winner_that_is_better_on_sealed_items_is_promoted(ready, ledger):
    verdict, workers = promoted(ready, ledger, lambda w, split: w)
    facts = verdict.facts()
    assert verdict.verdict == PROMOTED
    assert (facts["winner"], facts["best_parent"], facts["uniform"]) == (0.75, 0.25, 0.5)
    assert facts["best_parent_name"] == verdict.best_parent == "A"
    assert facts["difference"] == pytest.approx(0.5)
    assert facts["ci95"][0] < 0.5 < facts["ci95"][1]
    assert facts["p_value"] < 1e-3
    assert facts["items"] == 60
    assert set(facts["comparisons"]) == {"A", "B", "uniform"}
    assert {len(job.requests) for job in workers.submitted} == {60}


@pytest.mark.parametrize("share", [0.2, 0.25, 0.27])
def test_a_winner_that_is_not_better_is_refused(ready, ledger, share):
    verdict, _ = promoted(ready, ledger, lambda w, split: share if w == 0.75 else w)
    assert verdict.verdict == REFUSED


def test_beating_the_uniform_merge_is_not_enough(ready, ledger):
    """The best parent is what counts: here it is as good as the winner."""
    verdict, _ = promoted(ready, ledger, lambda w, split: 0.1 if w == 0.5 else 0.8)
    assert verdict.verdict == REFUSED
    assert verdict.comparisons["uniform"].p_value < 0.001


def test_the_opening_is_recorded_before_the_items_are_scored_and_once(ready, ledger):
    promoted(ready, ledger, lambda w, split: w)
    (opened,) = ledger.events("test_opened")
    assert opened.data["winner"] == wanted(ready, 0.75, 0.5).digest
    sealed = replace(ready, benchmark=Benchmark(ready.benchmark.terms))
    promoted(sealed, ledger, lambda w, split: w)
    assert len(ledger.events("test_opened")) == 1
    past = []
    ledger.watch(past.append)
    assert past.index(opened) < min(n for n, what in enumerate(past) if what != opened)
