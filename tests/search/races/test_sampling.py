from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.search.races.sampling import Items

KEYS = [("t" if i < 20 else "u", f"{i:03d}") for i in range(40)]


def shares(seed=0):
    return dict(zip(KEYS, np.random.default_rng(seed).uniform(0.2, 3.0, len(KEYS)), strict=True))


def scores_of(sample, rows, keys=KEYS):
    return np.array([[row[keys.index(item)] for item in sample.items] for row in rows])


def exact(rows, of):
    share = np.array([of[key] for key in KEYS])
    return rows @ share / share.sum()


def taught(generations=3, seed=0):
    """Items of which half have always had the same answer, and the others varying ones."""
    generator, items = np.random.default_rng(seed), Items(shares())
    for _ in range(generations):
        items.learn(
            [
                {k: float(i % 2 or generator.random() < 0.5) for i, k in enumerate(KEYS)}
                for _ in range(6)
            ]
        )
    return items


@pytest.mark.parametrize("size", [3, 10, 25])
@pytest.mark.parametrize("items", [Items(shares()), taught()], ids=["new", "taught"])
def test_estimates_are_unbiased_for_every_size(items, size):
    rows = np.random.default_rng(1).normal(2.0, 1.0, (2, len(KEYS)))
    draws = 3000
    found = np.empty((draws, 2))
    for seed in range(draws):
        sample = items.sample([size, 30], [seed])[0]
        found[seed] = sample.estimate(scores_of(sample, rows))
    error = found.std(axis=0) / draws**0.5
    assert (abs(found.mean(axis=0) - exact(rows, shares())) < 4 * error).all()


def test_every_item_is_drawn_as_often_as_its_chance_says():
    items, draws = taught(), 3000
    times, chances = dict.fromkeys(KEYS, 0), {}
    for seed in range(draws):
        sample = items.sample([8, 20], [seed])[0]
        chances |= dict(zip(sample.items, sample.chances, strict=True))
        for item in sample.items:
            times[item] += 1
    for item, chance in chances.items():
        error = (chance * (1 - chance) / draws) ** 0.5
        assert times[item] / draws == pytest.approx(chance, abs=4.5 * error + 1e-9)
    assert sum(chances.values()) == pytest.approx(8, abs=0.01)


values = st.floats(-1e3, 1e3)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.01, 100), values, values), min_size=1, max_size=30),
    st.integers(0, 2**32),
)
def test_all_items_give_the_exact_mean_whatever_was_expected(rows, seed):
    weights, earlier, now = map(np.array, zip(*rows, strict=True))
    keys = [(f"task {i % 3}", str(i)) for i in range(len(rows))]
    items = Items(dict(zip(keys, weights, strict=True)))
    items.learn([dict(zip(keys, earlier, strict=True)), dict(zip(keys, now / 2, strict=True))])
    sample = items.sample([len(rows)], [seed])[0]
    assert sorted(sample.items) == sorted(keys)
    assert sample.estimate(scores_of(sample, [now], keys))[0] == pytest.approx(
        float(now @ weights / weights.sum()), rel=1e-9, abs=1e-6
    )


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(1, 40), min_size=1), st.integers(0, 2**32), st.booleans())
def test_samples_are_nested_and_of_about_the_size_that_was_asked_for(sizes, seed, new):
    sizes = sorted(sizes)
    samples = (Items(shares()) if new else taught(1)).sample(sizes, [seed])
    for smaller, larger in pairwise(samples):
        assert set(smaller.items) <= set(larger.items)
    assert abs(len(samples[-1].items) - sizes[-1]) <= 1
    for sample in samples:
        assert ((sample.chances > 0) & (sample.chances <= 1)).all()


def test_the_order_of_items_and_scores_does_not_matter():
    generator = np.random.default_rng(0)
    answers = [dict(zip(KEYS, row, strict=True)) for row in generator.random((5, len(KEYS)))]
    one, other = Items(shares()), Items(dict(reversed(shares().items())))
    one.learn(answers)
    other.learn([dict(reversed(a.items())) for a in answers])
    for a, b in zip(one.sample([5, 9], [3]), other.sample([5, 9], [3]), strict=True):
        assert a.items == b.items
        assert (a.chances == b.chances).all()
        assert (a.expected == b.expected).all()
    assert one.sample([9], [4])[0].items != one.sample([9], [3])[0].items


def test_items_on_which_all_agree_are_asked_less_often_but_never_not():
    sample = taught().sample([39], [0])[0]
    per_share = {
        item: chance / share
        for item, chance, share in zip(sample.items, sample.chances, sample.shares, strict=True)
        if chance < 1
    }
    assert per_share
    sample = taught().sample([10], [0])[0]
    rate = sample.chances / sample.shares
    agreed = np.array([KEYS.index(item) % 2 == 1 for item in sample.items])
    assert rate[agreed].max() < rate[~agreed].min()
    assert rate[agreed].min() > 0.1 * rate.max()


def test_informed_and_expecting_samples_estimate_better_on_items_like_the_earlier_ones():
    def rmse(items):
        errors = []
        for seed in range(400):
            row = np.array([[i % 2 or (seed * 37 + i * i) % 3 > 0 for i in range(40)]], float)
            sample = items.sample([10], [seed])[0]
            errors.append(sample.estimate(scores_of(sample, row))[0] - exact(row, shares())[0])
        return np.square(errors).mean() ** 0.5

    assert rmse(taught()) < 0.7 * rmse(Items(shares()))


def test_tasks_are_represented_evenly():
    items = Items(dict.fromkeys(KEYS, 1.0))
    for seed in range(50):
        tasks = [task for task, _ in items.sample([10], [seed])[0].items]
        assert abs(tasks.count("t") - 5) <= 1


def test_what_cannot_be_sampled_is_refused():
    with pytest.raises(ValueError, match="positive share"):
        Items({("t", "1"): 0.0})
    for sizes in ([], [0, 3], [5, 3]):
        with pytest.raises(ValueError, match="ascend"):
            Items(shares()).sample(sizes, [0])
