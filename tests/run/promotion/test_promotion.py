import math
from dataclasses import replace

import pytest

from evomerge.engine.request import Likelihood, Likely
from evomerge.errors import EvomergeError, TrialError
from evomerge.ledger import UNIFORM, ItemsOpened, Ledger, Registry, Split, State
from evomerge.recipe import Floor, Genome
from evomerge.report.verdict import PROMOTED, REFUSED
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.promotion.promotion import Promotion
from evomerge.score.benchmark import Benchmark
from evomerge.score.proof.scale import ASSUMED, Scale
from evomerge.score.tasks.term import Term
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer
from tests.run.fakes import A, B, FirstValue, answered, items, prepared, weights_of

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


def offspring(ready, first, second):
    recipe = Genome(ready.recipe).decode((first, second))
    return Offspring(recipe, ready.digest(recipe))


def right_share(share_of):
    """Workers whose offspring get the share of items right that a function gives."""

    def answer(job):
        split = next(split for split, size in SIZES.items() if size == len(job.requests))
        share = share_of(weights_of(job.recipe)[0], split)
        right = [float((7 * n) % SIZES[split] < share * SIZES[split]) for n in range(SIZES[split])]
        chosen = range(SIZES[split]) if job.chosen is None else job.chosen
        return answered(job, [(Likely(right[n], False),) for n in chosen])

    return FakeWorkers(answer)


def promotion(ready, ledger, registry=None, accept_format=False):
    evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
    registry = registry or Registry(None)
    return Promotion(ready, evaluations, ledger, registry, "runs/here", None, accept_format)


def tried(ready, ledger, workers, registry=None, winner=None, **options):
    baselines = {
        A: offspring(ready, 0.25, 0),
        B: offspring(ready, 0.125, 0),
        UNIFORM: offspring(ready, 0.5, 0.5),
    }
    return promotion(ready, ledger, registry, **options).promote(
        winner or offspring(ready, 0.75, 0.5), baselines, workers
    )


def promoted(ready, ledger, share_of):
    workers = right_share(share_of)
    return tried(ready, ledger, workers), workers


def test_a_winner_that_is_better_on_sealed_items_is_promoted(ready, ledger):
    verdict, workers = promoted(ready, ledger, lambda w, split: w)
    assert verdict.outcome == PROMOTED
    assert verdict.reasons == verdict.flags == ()
    assert verdict.opening.number == 1
    assert (verdict.winner, verdict.best_parent, verdict.uniform) == (0.75, 0.25, 0.5)
    assert verdict.best == "A"
    assert verdict.difference == pytest.approx(0.5)
    assert verdict.interval[0] < 0.5 < verdict.interval[1]
    assert verdict.p_value < 1e-3
    assert verdict.items == 60
    assert set(verdict.comparisons) == {"A", "B", "uniform"}
    assert {len(job.requests) for job in workers.submitted} == {60}


@pytest.mark.parametrize("share", [0.2, 0.25, 0.27])
def test_a_winner_that_is_not_better_is_refused(ready, ledger, share):
    verdict, _ = promoted(ready, ledger, lambda w, split: share if w == 0.75 else w)
    assert verdict.outcome == REFUSED
    assert verdict.reasons[0].startswith("not shown to be better than A")


def test_beating_the_uniform_merge_is_not_enough(ready, ledger):
    """The best parent is what counts: here it is as good as the winner."""
    verdict, _ = promoted(ready, ledger, lambda w, split: 0.1 if w == 0.5 else 0.8)
    assert verdict.outcome == REFUSED
    assert verdict.comparisons["uniform"].corrected < 0.001


def test_the_best_parent_alone_is_not_enough(ready, ledger):
    """B scores a little less than A, but on the items that the winner has not got."""
    shares = {0.75: 0.5, 0.25: 0.1, 0.125: 0.45}
    verdict, _ = promoted(ready, ledger, lambda w, split: shares.get(w, w))
    assert verdict.best == "B"
    assert verdict.outcome == REFUSED
    assert [reason.split(" (")[0] for reason in verdict.reasons] == [
        "not shown to be better than B"
    ]


def test_p_values_are_corrected_for_comparisons_and_levels_for_openings(ready, ledger, tmp_path):
    shares = {0.75: 0.5, 0.5: 0.35, 0.25: 0.3, 0.125: 0.32}
    once, _ = promoted(ready, ledger, lambda w, split: shares[w])
    raw = {name: against.fitness.p_value for name, against in once.comparisons.items()}
    smallest = min(raw, key=raw.get)
    assert once.comparisons[smallest].corrected == pytest.approx(min(1, 3 * raw[smallest]))
    assert once.opening.level == pytest.approx(0.05 * 6 / math.pi**2)
    with Ledger(folder(tmp_path / "other"), create=True) as other:
        other.record(ItemsOpened("another", 1))
        again = replace(ready, benchmark=Benchmark(ready.benchmark.terms))
        twice, _ = promoted(again, other, lambda w, split: shares[w])
    assert twice.opening.number == 2
    assert twice.opening.level == pytest.approx(once.opening.level / 4)
    for name, against in twice.comparisons.items():
        # The smaller the level, the more wins and losses are imagined.
        assert raw[name] <= against.fitness.p_value < 2 * raw[name] + 0.1
        assert against.fitness.level == twice.opening.level
        low, _ = against.fitness.interval
        assert low < once.comparisons[name].fitness.interval[0]
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
    parents = {A: offspring(ready, 0.25, 0), B: offspring(ready, 0.125, 0)}
    tested = promotion(ours, ledger)
    verdict = tested.promote(offspring(ready, 0.75, 0.5), parents, FakeWorkers(answer))
    result = verdict.floors["g"].result
    assert result.difference == pytest.approx(-0.1)
    assert result.lower < -0.1
    assert result.shown == kept
    assert (verdict.outcome == PROMOTED) == kept
    assert kept or "g: not shown to keep within" in verdict.reasons[0]


def test_the_opening_is_recorded_before_the_items_are_scored_and_once(ready, ledger):
    promoted(ready, ledger, lambda w, split: w)
    (opened,) = ledger.all_of(ItemsOpened)
    assert opened.winner == offspring(ready, 0.75, 0.5).digest
    sealed = replace(ready, benchmark=Benchmark(ready.benchmark.terms))
    promoted(sealed, ledger, lambda w, split: w)
    assert len(ledger.all_of(ItemsOpened)) == 1
    past = []
    ledger.watch(past.append)
    assert past[0].what == opened


@pytest.mark.parametrize("name", ["A", "B", "uniform"])
def test_without_one_of_the_named_models_nothing_is_proved(ready, ledger, name):
    """The winner would beat all the others."""
    weights = {"A": 0.25, "B": 0.125, "uniform": 0.5}
    sound = right_share(lambda w, split: w)

    def answer(job):
        if weights_of(job.recipe)[0] == weights[name]:
            return Answer(job.key, State.FAILED, "out of memory")
        sound.submit(job)
        return sound.collect(lambda: None)

    verdict = tried(ready, ledger, FakeWorkers(answer))
    assert verdict.outcome == REFUSED
    assert verdict.reasons == (
        f"{name} could not be scored on the sealed items (out of memory); without it nothing is "
        "proved",
    )
    assert (verdict.p_value, verdict.best_parent, verdict.comparisons) == (1.0, None, {})
    assert verdict.winner == 0.75
    # It may have been memory that others had: the next promotion tries again.
    assert not tried(ready, ledger, right_share(lambda w, split: w)).reasons


def test_a_winner_that_cannot_be_scored_has_no_verdict(ready, ledger):
    workers = FakeWorkers(lambda job: Answer(job.key, State.FAILED, "a logit is not finite"))
    with pytest.raises(EvomergeError, match=r"winner cannot be scored on the test items \(a logit"):
        tried(ready, ledger, workers)


def test_openings_count_over_all_runs_of_the_registry(ready, tmp_path):
    registry = Registry(tmp_path / "openings.jsonl")
    levels, numbers = [], []
    for run in range(3):
        with Ledger(folder(tmp_path / str(run)), create=True) as ledger:
            again = replace(ready, benchmark=Benchmark(ready.benchmark.terms))
            winner = offspring(ready, 0.75, 0.1 * run)
            verdict = tried(again, ledger, right_share(lambda w, split: w), registry, winner)
            levels.append(verdict.opening.level)
            numbers.append(verdict.opening.number)
    assert numbers == [1, 2, 3]
    assert levels == pytest.approx([levels[0], levels[0] / 4, levels[0] / 9])
    assert (verdict.opening.looks.most, verdict.opening.looks.items) == (2, 60)
    assert verdict.opening.registry == str(registry.path)


def test_the_same_winner_in_another_folder_is_the_same_opening(ready, tmp_path):
    registry = Registry(tmp_path / "openings.jsonl")
    verdicts = []
    for run in range(2):
        with Ledger(folder(tmp_path / str(run)), create=True) as ledger:
            again = replace(ready, benchmark=Benchmark(ready.benchmark.terms))
            verdicts.append(tried(again, ledger, right_share(lambda w, split: w), registry))
    assert verdicts[0] == verdicts[1]


class Lenient(FirstValue):
    """Gives the parent A credit for answers that it put in another form."""

    def __init__(self, share):
        self._share = share

    def lenient(self, items, responses, scores):
        late = round(len(scores) * (1 - self._share))
        return [s._replace(value=1.0) if n >= late else s for n, s in enumerate(scores)]


def test_a_gain_that_leniency_takes_away_is_one_of_format(ready, ledger):
    """Leniently graded all models are right on most items."""
    (term,) = ready.benchmark.terms
    other = replace(ready, benchmark=Benchmark([replace(term, grader=Lenient(0.9))]))
    workers = right_share(lambda w, split: w)
    verdict = tried(other, ledger, workers)
    assert verdict.outcome == REFUSED
    assert all(reason.startswith("format, not skill: of +") for reason in verdict.reasons)
    assert "over A +0.0" in " ".join(verdict.reasons)
    assert "--accept-format" in verdict.reasons[0]
    assert not tried(other, ledger, workers, accept_format=True).reasons


def test_a_gain_that_leniency_leaves_is_one_of_skill(ready, ledger):
    (term,) = ready.benchmark.terms
    other = replace(ready, benchmark=Benchmark([replace(term, grader=Lenient(0.1))]))
    verdict = tried(other, ledger, right_share(lambda w, split: w))
    assert not verdict.reasons
    assert verdict.comparisons["A"].lenient.difference > 0.3


def test_a_gain_that_is_no_longer_shown_when_graded_leniently_may_be_one_of_format(ready, ledger):
    """Half of it is left, which chance alone leaves of a gain of format as often as not."""
    (term,) = ready.benchmark.terms
    lenient, strict = (
        replace(ready, benchmark=Benchmark([replace(term, grader=Lenient(share))]))
        for share in (0.4, 0.0)
    )
    workers = right_share(lambda weight, split: 0.71 if weight == 0.75 else 0.6)
    assert not tried(strict, ledger, workers).reasons
    reasons = tried(lenient, ledger, workers).reasons
    assert len(reasons) == 2
    assert all(r.startswith("not shown to be more than format: of +0.1") for r in reasons)


def test_a_score_beyond_what_was_merely_assumed_proves_nothing(ready, ledger):
    """The winner loses more on one item than it gains on all others."""
    (term,) = ready.benchmark.terms
    other = replace(ready, benchmark=Benchmark([replace(term, scale=ASSUMED)]))

    def answer(job):
        weight = weights_of(job.recipe)[0]
        values = [0.1 + weight] * len(job.asked)
        if weight == 0.75:
            values[0] = -60.0
        return answered(job, [(Likely(value, False),) for value in values])

    verdict = tried(other, ledger, FakeWorkers(answer))
    assert "t: an item scores -60, and is taken to lie between 0 and 1" in verdict.reasons[0]
    assert verdict.winner < 0
    declared = replace(ready, benchmark=Benchmark([replace(term, scale=Scale(-100.0, 1.0))]))
    assert "not shown to be better" in tried(declared, ledger, FakeWorkers(answer)).reasons[0]


class Unsteady(FirstValue):
    """Grades every other time, or the last item, otherwise."""

    judge = "judge ./moody"

    def regrade(self, items, responses):
        first, *rest = self.grade(items, responses)
        return [first._replace(value=first.value + 0.25), *rest]


class Broken(FirstValue):
    judge = "python judge.py:once"

    def regrade(self, items, responses):
        raise TrialError("KeyError: 'again'")


@pytest.mark.parametrize(
    "grader, told",
    [
        (Unsteady(), "judge ./moody grades 1 of 60 answers to t otherwise when it is asked again"),
        (
            Broken(),
            "python judge.py:once cannot grade the same answers again (task t: KeyError: 'again')",
        ),
    ],
)
def test_a_judge_that_does_not_grade_alike_is_named(ready, ledger, grader, told):
    (term,) = ready.benchmark.terms
    other = replace(ready, benchmark=Benchmark([replace(term, grader=grader)]))
    verdict = tried(other, ledger, right_share(lambda w, split: w))
    assert verdict.outcome == REFUSED
    assert len(verdict.reasons) == 1
    assert verdict.reasons[0].startswith(told)


def test_a_floor_is_kept_against_every_parent_that_could_be_the_best(ready, ledger):
    """B looks best on the sealed items; A, a little behind it, is right where the winner is not."""
    splits = {split: items(split.value, size) for split, size in SIZES.items()}
    guard = {
        split: [replace(i, task="g", requests=(Likelihood((3, i.doc_id), 1),)) for i in them]
        for split, them in splits.items()
    }
    floor = Floor(margin=0.15)
    benchmark = Benchmark(
        [Term("t", "m", 1.0, FirstValue(), splits), Term("g", "m", 0.0, FirstValue(), guard, floor)]
    )
    right = {0.75: range(36), 0.25: range(18, 53), 0.125: range(36)}

    def answer(job):
        weight, values = weights_of(job.recipe)[0], []
        for (request,) in job.asked:
            n = request.tokens[-1]
            guarded = request.tokens[0] == 3
            values.append(float(n in right[weight] if guarded else n < weight * 60))
        return answered(job, [(Likely(value, False),) for value in values])

    parents = {A: offspring(ready, 0.25, 0), B: offspring(ready, 0.125, 0)}
    tested = promotion(replace(ready, benchmark=benchmark), ledger)
    verdict = tested.promote(offspring(ready, 0.75, 0.5), parents, FakeWorkers(answer))
    assert verdict.scores["B"].tasks["g"] > verdict.scores["A"].tasks["g"]
    assert verdict.floors["g"].against == "A"
    assert not verdict.floors["g"].result.shown
