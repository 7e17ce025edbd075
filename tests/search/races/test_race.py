import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.search.races.race import Race, final_sizes, race_sizes
from evomerge.search.races.sampling import Items


def keys(count):
    return [("t", f"{i:04d}") for i in range(count)]


def items_of(count):
    return Items(dict.fromkeys(keys(count), 1.0))


def drive(race, table):
    """Run a race to its end on a table of scores, shape (candidates, items); items asked."""
    asked = 0
    while not race.over:
        asks = race.asks()
        asked += sum(map(len, asks.values()))
        race.observe(
            {c: {item: float(table[c, int(item[1])]) for item in a} for c, a in asks.items()}
        )
    return asked


def coins(chances, count, seed):
    """Answers of candidates that are right with these probabilities, correlated by item."""
    generator = np.random.default_rng(seed)
    own = generator.random((len(chances), count))
    shared = np.where(generator.random((len(chances), count)) < 0.5, generator.random(count), own)
    return (shared < np.array(chances)[:, None]).astype(float)


@pytest.mark.parametrize("draw", [coins, "heavy"], ids=["answers", "log-likelihoods"])
def test_the_best_is_rarely_cut_even_among_equals(draw):
    """5 % or fewer, within sampling error: the hardest case, since the best is so by chance."""
    killed = 0
    for seed in range(300):
        generator = np.random.default_rng(seed)
        if draw == "heavy":
            table = -generator.lognormal(0, 1.5, (12, 240))
        else:
            table = draw([0.5] * 12, 240, seed)
        race = Race(items_of(240).sample([20, 40, 80], [seed]), 12, 6)
        drive(race, table)
        full = table.mean(axis=1)
        killed += not set(np.flatnonzero(full >= full.max() - 1e-12)) & set(race.running)
    assert killed <= 15 + 2 * 15**0.5


def test_what_is_much_worse_is_cut_early():
    table = coins([0.8] * 6 + [0.2] * 6, 300, 0)
    race = Race(items_of(300).sample([30, 60, 300], [0]), 12, 6)
    assert drive(race, table) < 12 * 60
    assert race.running == [*range(6)]


def test_the_places_go_to_the_best_when_all_items_are_asked():
    table = coins(np.linspace(0.3, 0.7, 10), 400, 1)
    race = Race(items_of(400).sample([100, 400], [0]), 10, 3)
    drive(race, table)
    top = sorted(race.running, key=lambda c: -race.estimates[c])[:3]
    assert set(top) == set(np.argsort(-table.mean(axis=1))[:3])
    for candidate in race.running:
        assert race.estimates[candidate] == pytest.approx(table[candidate].mean())


def test_equal_scores_and_single_differences_cut_nobody():
    same = np.ones((8, 100))
    single = same.copy()
    single[0, 0] = 0.0
    met = 0
    for seed in range(20):
        for table in (same, single):
            samples = items_of(100).sample([4, 8, 60], [seed])
            race = Race(samples, 8, 2)
            drive(race, table)
            assert race.running == [*range(8)]
            met += table is single and keys(100)[0] in samples[-1].items
    assert met > 5


def test_those_cut_keep_their_estimates_and_failures_have_none():
    table = coins([0.9] * 4 + [0.5] * 3 + [0.1] * 3, 200, 2)
    race = Race(items_of(200).sample([20, 40, 80], [1]), 10, 4)
    while not race.over:
        asks = race.asks()
        race.observe(
            {
                c: None if c == 2 else {i: float(table[c, int(i[1])]) for i in a}
                for c, a in asks.items()
            }
        )
    assert race.estimates[2] is None
    assert {*race.running, *race.cut} == {*range(10)} - {2}
    assert race.cut
    for candidate in race.cut:
        assert abs(race.estimates[candidate] - table[candidate].mean()) < 0.3


def test_where_all_matter_none_is_cut_and_all_see_the_last_sample():
    table = coins([0.9] * 2 + [0.1] * 2, 200, 2)
    samples = items_of(200).sample([20, 40], [1])
    race = Race(samples, 4, 4)
    assert drive(race, table) == 4 * len(samples[-1].items)
    assert race.running == [*range(4)]


def test_a_race_of_failures_ends():
    race = Race(items_of(50).sample([10, 20], [0]), 3, 1)
    race.observe(dict.fromkeys(range(3)))
    assert race.over
    assert race.asks() == {}
    assert race.estimates == [None] * 3


def test_scores_told_before_are_not_asked_for_again():
    table = coins([0.5] * 4, 60, 3)
    every = [{k: float(v) for k, v in zip(keys(60), row, strict=True)} for row in table]
    race = Race(items_of(60).sample([10, 20], [0]), 4, 2)
    race.observe({0: every[0], **{c: {i: every[c][i] for i in race.asks()[c]} for c in (1, 2, 3)}})
    assert race.asks()[0] == []
    assert len(race.asks()[1]) == 10
    assert len(race.scores[0]) == 60


def test_missing_scores_are_refused():
    race = Race(items_of(50).sample([10, 20], [0]), 3, 1)
    with pytest.raises(ValueError, match=r"candidates \[0, 1, 2\]"):
        race.observe({0: None})
    item = race.asks()[0][0]
    with pytest.raises(ValueError, match="candidate 1 lacks scores of 9 items"):
        race.observe({0: None, 1: {item: 1.0}, 2: None})


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 14), st.integers(1, 7), st.integers(1, 80), st.integers(0, 2**32))
def test_told_the_same_it_does_the_same_whatever_the_order(candidates, keep, count, seed):
    table = np.random.default_rng(seed).integers(0, 2, (candidates, count)).astype(float)
    one, other = (
        Race(items_of(count).sample(race_sizes(count), [seed]), candidates, keep) for _ in range(2)
    )
    drive(one, table)
    while not other.over:
        other.observe(
            {
                c: {i: float(table[c, int(i[1])]) for i in reversed(asked)}
                for c, asked in reversed(other.asks().items())
            }
        )
    assert one.estimates == other.estimates
    assert one.cut == other.cut
    assert one.running == other.running
    assert len(one.running) >= min(keep, candidates)
    assert all(map(math.isfinite, one.estimates))


def test_sizes_ascend_to_a_share_of_the_items_and_in_the_end_to_all():
    assert race_sizes(600) == [50, 100]
    assert race_sizes(10) == [5, 10]
    assert race_sizes(1) == [1, 1]
    assert final_sizes(600) == [150, 300, 600]
