import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evomerge.score.items.units import ALONE, Units
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.paired import pair
from evomerge.score.proof.studentized import LEAST, studentize
from tests.score.proof.scores import coin, scores, wins_and_losses

ONE = Aggregate({"t": 1.0})

ONE_EACH = float(stats.norm.sf(2.0))
"""The level at which one win and one loss are imagined: z is 2."""


def of(ours, theirs, aggregate=ONE, units=ALONE, level=ONE_EACH):
    tasks = aggregate.counted([score.task for score in ours])
    return studentize(pair(ours, theirs, tasks, units, {}), aggregate, level)


@pytest.mark.parametrize("wins, losses, ties", [(10, 2, 30), (3, 3, 0), (0, 7, 93)])
def test_one_binary_task_is_students_t_with_a_win_and_a_loss_more(wins, losses, ties):
    differences = [1] * (wins + 1) + [-1] * (losses + 1) + [0] * ties
    expected = stats.ttest_1samp(differences, 0, alternative="greater")
    result = of(*wins_and_losses(wins, losses, ties))
    assert result.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    assert result.degrees == pytest.approx(len(differences) - 1)
    low, high = stats.ttest_1samp(differences, 0).confidence_interval(0.9)
    assert result.interval(0.05) == pytest.approx((low, high))


def test_two_tasks_are_welchs_and_satterthwaites():
    """By hand: each task's mean and variance by itself, added up by the shares."""
    ours = scores(coin(400, 0.6, 0)) + scores(coin(900, 0.3, 1), "u")
    theirs = scores(coin(400, 0.1, 2)) + scores(coin(900, 0.8, 3), "u")
    result = of(ours, theirs, Aggregate({"t": 1.0, "u": 3.0}))
    moved = total = below = 0.0
    for task, share in (("t", 0.25), ("u", 0.75)):
        d = np.array(
            [a.value - b.value for a, b in zip(ours, theirs, strict=True) if a.task == task]
        )
        part = share**2 * (d.var(ddof=1) + 1 / len(d)) / len(d)
        moved, total, below = moved + share * d.mean(), total + part, below + part**2 / (len(d) - 1)
    assert result.difference == pytest.approx(moved, abs=0.001)
    assert result.error == pytest.approx(math.sqrt(total), rel=0.01)
    assert result.degrees == pytest.approx(total**2 / below, rel=0.01)


@pytest.mark.parametrize("z", [1.5, 2.0, 4.0])
def test_as_many_are_imagined_as_the_level_asks_for(z):
    """Tasks of items that are all alike: what is left of the variance is what was imagined."""
    same = scores([1.0] * 4000) + scores([1.0] * 4000, "u")
    result = of(same, same, Aggregate({"t": 1.0, "u": 1.0}), level=float(stats.norm.sf(z)))
    imagined = z**2 / 2
    assert result.error == pytest.approx(math.sqrt(2 * imagined) / 4000 / 2, rel=0.01)


def test_a_task_that_is_rarely_lost_does_not_hide_behind_many_small_gains():
    """No better in the mean: 2.6 of 50 items of one task are lost, others win as much in all."""
    fitness = Aggregate({"t": 1.0, "u": 1.0, "v": 1.0, "rare": 1.0})
    chance = np.random.default_rng(0)
    shown = 0
    for _ in range(300):
        ours, theirs = scores(chance.random(50) >= 2.6 / 50, "rare"), scores(np.ones(50), "rare")
        for task in "tuv":
            before = chance.random(400) < 0.5
            won = ~before & (chance.random(400) < 2 * 2.6 / 50 / 3)
            ours, theirs = ours + scores(before | won, task), theirs + scores(before, task)
        shown += of(ours, theirs, fitness, level=0.05).p_value < 0.05
    assert shown <= 0.05 * 300 + 7


def test_large_groups_that_are_rarely_lost_do_not_hide_behind_single_questions():
    """No better in the mean: 1.5 of 40 passages of 10 are lost, of 1,000 questions as many won."""
    units = Units(groups={f"t{n}": f"passage {n // 10}" for n in range(400)})
    chance = np.random.default_rng(0)
    shown = 0
    for _ in range(200):
        kept = np.repeat(chance.random(40) >= 1.5 / 40, 10)
        before = chance.random(1000) < 0.5
        after = before | (chance.random(1000) < 2 * 15 / 1000)
        ours = scores(np.concatenate([kept, after]))
        theirs = scores(np.concatenate([np.ones(400), before]))
        shown += of(ours, theirs, units=units, level=0.05).p_value < 0.05
    assert shown <= 0.05 * 200 + 5


def test_what_tasks_differ_by_is_no_noise():
    """A specialist loses one task and wins the other whole: all that is left are the imagined."""
    ours, theirs = (
        scores([1] * 50) + scores([0] * 50, "u"),
        scores([0] * 50) + scores([1] * 50, "u"),
    )
    result = of(ours, theirs, Aggregate({"t": 1.0, "u": 1.0}))
    assert result.difference == pytest.approx(0.0)
    assert result.error < 0.03


def test_a_question_in_two_terms_has_one_voice():
    """The same answers in two terms: the same test, not twice the items."""
    once = of(*wins_and_losses(12, 5, 23))
    ours, theirs = wins_and_losses(12, 5, 23)
    twice = of(
        [*ours, *(scores([s.value for s in ours], "u", ids=[s.item for s in ours]))],
        [*theirs, *(scores([s.value for s in theirs], "u", ids=[s.item for s in theirs]))],
        Aggregate({"t": 1.0, "u": 1.0}),
    )
    assert twice.p_value == pytest.approx(once.p_value)
    assert twice.error == pytest.approx(once.error)


def test_a_group_has_one_voice():
    """Ten groups of four equal answers are ten items."""
    few = of(scores(np.repeat([1, 0], [7, 3])), scores(np.repeat([0, 1], [7, 3])))
    units = Units(groups={f"t{i}": f"g{i // 4}" for i in range(40)})
    many = of(scores(np.repeat([1, 0], [28, 12])), scores(np.repeat([0, 1], [28, 12])), units=units)
    assert (many.p_value, many.error) == pytest.approx((few.p_value, few.error))


def test_few_large_groups_are_few():
    """Of the degrees of freedom few are left with five groups of twenty beside single items."""
    groups = {f"t{i}": f"g{i // 20}" for i in range(100)}
    ours, theirs = scores(coin(200, 0.5, 0)), scores(coin(200, 0.5, 1))
    assert of(ours, theirs, units=Units(groups=groups)).degrees < 25
    assert of(ours, theirs).degrees == pytest.approx(201)


def test_tasks_of_few_items_share_a_stratum():
    tasks = {f"t{n}": 1.0 for n in range(LEAST)}
    ours = [s for t in tasks for s in scores([1.0, 1.0], t)]
    theirs = [s for t in tasks for s in scores([0.0, 1.0], t)]
    result = of(ours, theirs, Aggregate(tasks))
    assert 0.3 < result.difference < 0.5
    assert result.degrees > LEAST


def test_a_geometric_mean_has_the_error_that_other_items_would_make():
    aggregate = Aggregate({"t": 1.0, "u": 1.0}, "geometric")

    def drawn(seed):
        ours = scores(coin(300, 0.7, [seed, 0])) + scores(coin(300, 0.4, [seed, 1]), "u")
        theirs = scores(coin(300, 0.5, [seed, 2])) + scores(coin(300, 0.3, [seed, 3]), "u")
        return of(ours, theirs, aggregate)

    drawn_many = [drawn(seed) for seed in range(200)]
    spread = np.std([one.difference for one in drawn_many])
    assert np.mean([one.error for one in drawn_many]) == pytest.approx(spread, rel=0.15)


def test_no_item_that_differs_is_no_evidence():
    same = scores(coin(50, 0.5, 0))
    result = of(same, same)
    assert (result.difference, result.p_value) == (0.0, 0.5)
    low, high = result.interval(0.025)
    assert low == -high < -0.03


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_swapping_the_sides_turns_the_sign(pairs):
    ours, theirs = scores([a for a, _ in pairs]), scores([b for _, b in pairs])
    one, other = of(ours, theirs), of(theirs, ours)
    assert one.difference == pytest.approx(-other.difference)
    assert one.p_value == pytest.approx(1 - other.p_value)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=1, max_size=30),
    st.floats(0.001, 0.2),
)
def test_interval_and_test_never_disagree(pairs, level):
    result = of(scores([a for a, _ in pairs]), scores([b for _, b in pairs]), level=level)
    if result.error and abs(result.p_value - level) > 1e-9:
        assert (result.interval(level)[0] > 0) == (result.p_value < level)
