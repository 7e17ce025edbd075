import math
from dataclasses import replace

import pytest

from evomerge.ledger import Ledger, Registry
from evomerge.recipe import Floor, Genome
from evomerge.run.evaluations import Evaluations
from evomerge.run.promotion import Promotion
from evomerge.run.sheet import Wanted
from evomerge.run.verdict import PROMOTED, REFUSED
from evomerge.score.benchmark import Benchmark, Term
from evomerge.score.request import Likelihood, Likely
from evomerge.score.splits import Split
from evomerge.workers.fake import FakeWorkers
from tests.run.fakes import FirstValue, answered, items, prepared, weights_of

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


def folder(path):
    path.mkdir()
    return path


def wanted(ready, first, second):
    recipe = Genome(ready.recipe).decode((first, second))
    return Wanted(recipe, ready.digest(recipe))


def right_share(share_of):
    """Workers whose offspring get the share of items right that a function gives."""

    def answer(job):
        split = next(split for split, size in SIZES.items() if size == len(job.requests))
        share = share_of(weights_of(job.recipe)[0], split)
        right = [float((7 * n) % SIZES[split] < share * SIZES[split]) for n in range(SIZES[split])]
        chosen = range(SIZES[split]) if job.chosen is None else job.chosen
        return answered(job, [(Likely(right[n], False),) for n in chosen])

    return FakeWorkers(answer)


def promotion(ready, ledger, registry=None):
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    return Promotion(ready, evaluations, ledger, registry or Registry(None), "runs/here", None)


def promoted(ready, ledger, share_of, registry=None):
    baselines = {
        "A": wanted(ready, 0.25, 0),
        "B": wanted(ready, 0.125, 0),
        "uniform": wanted(ready, 0.5, 0.5),
    }
    workers = right_share(share_of)
    tested = promotion(ready, ledger, registry)
    return tested.promote(wanted(ready, 0.75, 0.5), baselines, workers), workers


def test_a_winner_that_is_better_on_sealed_items_is_promoted(ready, ledger):
    verdict, workers = promoted(ready, ledger, lambda w, split: w)
    facts = verdict.facts()
    assert facts["verdict"] == PROMOTED
    assert verdict.reasons == facts["reasons"] == facts["flags"] == []
    assert facts["openings"] == 1
    assert (facts["winner"], facts["best_parent"], facts["uniform"]) == (0.75, 0.25, 0.5)
    assert facts["best_parent_name"] == verdict.rivals[0] == "A"
    assert facts["difference"] == pytest.approx(0.5)
    assert facts["interval"][0] < 0.5 < facts["interval"][1]
    assert facts["p_value"] < 1e-3
    assert facts["items"] == 60
    assert set(facts["comparisons"]) == {"A", "B", "uniform"}
    assert {len(job.requests) for job in workers.submitted} == {60}


@pytest.mark.parametrize("share", [0.2, 0.25, 0.27])
def test_a_winner_that_is_not_better_is_refused(ready, ledger, share):
    verdict, _ = promoted(ready, ledger, lambda w, split: share if w == 0.75 else w)
    assert verdict.facts()["verdict"] == REFUSED
    assert verdict.reasons[0].startswith("not shown to be better than A")


def test_beating_the_uniform_merge_is_not_enough(ready, ledger):
    """The best parent is what counts: here it is as good as the winner."""
    verdict, _ = promoted(ready, ledger, lambda w, split: 0.1 if w == 0.5 else 0.8)
    assert verdict.facts()["verdict"] == REFUSED
    assert verdict.against["uniform"].corrected < 0.001


def test_the_best_parent_alone_is_not_enough(ready, ledger):
    """B scores a little less than A, but on the items that the winner has not got."""
    shares = {0.75: 0.5, 0.25: 0.1, 0.125: 0.45}
    verdict, _ = promoted(ready, ledger, lambda w, split: shares.get(w, w))
    assert verdict.rivals == ["B", "A"]
    assert verdict.facts()["verdict"] == REFUSED
    assert [reason.split(" (")[0] for reason in verdict.reasons] == [
        "not shown to be better than B"
    ]


def test_p_values_are_corrected_for_comparisons_and_levels_for_openings(ready, ledger, tmp_path):
    shares = {0.75: 0.5, 0.5: 0.35, 0.25: 0.3, 0.125: 0.32}
    once, _ = promoted(ready, ledger, lambda w, split: shares[w])
    raw = {name: against.fitness.p_value for name, against in once.against.items()}
    smallest = min(raw, key=raw.get)
    assert once.against[smallest].corrected == pytest.approx(min(1, 3 * raw[smallest]))
    assert once.opening.level == pytest.approx(0.05 * 6 / math.pi**2)
    with Ledger(folder(tmp_path / "other"), create=True) as other:
        other.event("test_opened", winner="another", opening=1)
        again = replace(ready, benchmark=Benchmark(ready.benchmark.terms))
        twice, _ = promoted(again, other, lambda w, split: shares[w])
    assert twice.facts()["openings"] == 2
    assert twice.opening.level == pytest.approx(once.opening.level / 4)
    for name, against in twice.against.items():
        assert against.fitness.p_value == raw[name]
        assert against.fitness.level == twice.opening.level
        low, _ = against.fitness.interval
        assert low < once.against[name].fitness.interval[0]
        assert (low > 0) == (raw[name] < twice.opening.level)


@pytest.mark.parametrize(
    "margin, against, kept",
    [(0.3, "best", True), (0.3, "A", True), (0.02, "best", False), (0.0, "best", False)],
)
def test_a_winner_below_a_floor_is_refused(ready, ledger, margin, against, kept):
    """It is better at t; the guard has fallen by 0.1."""
    splits = {split: items(split.value, size) for split, size in SIZES.items()}
    guard = {
        split: [
            replace(item, task="g", requests=(Likelihood((3, item.doc_id), 1),)) for item in them
        ]
        for split, them in splits.items()
    }
    floor = Floor(margin=margin, against=against)
    benchmark = Benchmark(
        [Term("t", "m", 1.0, FirstValue(), splits), Term("g", "m", 0.0, FirstValue(), guard, floor)]
    )

    def answer(job):
        weight, values = weights_of(job.recipe)[0], []
        for (request,) in job.asked:
            n, guarded = request.tokens[-1], request.tokens[0] == 3
            share = (0.8 if weight == 0.75 else 0.9) if guarded else weight
            values.append(float((7 * n) % 60 < share * 60))
        return answered(job, [(Likely(value, False),) for value in values])

    ours = replace(ready, benchmark=benchmark)
    parents = {"A": wanted(ready, 0.25, 0), "B": wanted(ready, 0.125, 0)}
    tested = promotion(ours, ledger)
    verdict = tested.promote(wanted(ready, 0.75, 0.5), parents, FakeWorkers(answer))
    result = verdict.floors["g"].result
    assert result.difference == pytest.approx(-0.1)
    assert result.lower < -0.1
    assert result.shown == kept
    assert (verdict.facts()["verdict"] == PROMOTED) == kept
    assert kept or "g: not shown to keep within" in verdict.reasons[0]


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
