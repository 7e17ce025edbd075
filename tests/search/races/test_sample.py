import numpy as np
import pytest

from evomerge.search.races.sampling import Items
from tests.search.races.test_race import coins, items_of


def test_variances_are_those_of_repeated_draws():
    """Or larger: items that are alike are spread over the draws, which lowers what is measured."""
    table = coins([0.3, 0.5, 0.7], 200, 5)
    items = items_of(200)
    found, claimed = [], []
    for seed in range(1500):
        sample = items.sample([60], [seed])[0]
        scores = table[:, [int(i[1]) for i in sample.items]]
        estimates = sample.estimate(scores)
        found.append(estimates[2] - estimates[0])
        claimed.append(sample.paired_variances(scores)[0][2, 0])
    assert np.mean(claimed) == pytest.approx(np.var(found), rel=0.15)


def test_nothing_is_unsure_of_these_items_once_all_were_asked():
    table = coins([0.3, 0.5, 0.7], 100, 6)
    sample = items_of(100).sample([100], [0])[0]
    assert (sample.paired_variances(table)[0] == 0).all()
    beyond, degrees = sample.paired_variances(table, of_these=False)
    pairs = [table[a] - table[b] for a, b in ((0, 1), (0, 2), (1, 2))]
    expected = np.mean([np.var(d, ddof=1) / 100 for d in pairs])
    assert beyond[np.triu_indices(3, 1)].mean() == pytest.approx(expected)
    assert degrees == 99


def test_equal_answers_have_equal_estimates_to_the_last_bit():
    row = np.random.default_rng(0).normal(size=900)
    sample = items_of(900).sample([300], [0])[0]
    scores = np.tile(row[: len(sample.items)], (13, 1))
    assert len(set(sample.estimate(scores).tolist())) == 1


def test_errors_are_those_of_repeated_draws():
    """Or larger, as for differences; of two tasks, each has its own."""
    table = coins([0.3, 0.8], 200, 7)
    known = {("a", f"{i:04d}"): float(table[0, i]) for i in range(200)}
    known |= {("b", f"{i:04d}"): float(table[1, i]) for i in range(200)}
    items = Items(dict.fromkeys(known, 1.0))
    found, claimed = [], []
    for seed in range(1500):
        sample = items.sample([80], [seed])[0]
        found.append(sample.task_means(known))
        claimed.append(sample.task_errors(known))
    for task in "ab":
        squares = np.mean([errors[task] ** 2 for errors in claimed])
        assert squares == pytest.approx(np.var([means[task] for means in found]), rel=0.15)


def test_errors_are_none_once_all_were_asked_and_infinite_where_too_few_were():
    known = {(task, f"{i}"): float(i) for task in "ab" for i in range(20)}
    items = Items(dict.fromkeys(known, 1.0))
    few, every = items.sample([2, 40], [0])
    assert every.task_errors(known) == {"a": 0.0, "b": 0.0}
    assert few.task_errors(known) == {"a": np.inf, "b": np.inf}


def test_the_error_of_a_task_of_which_nothing_was_asked_is_infinite():
    """Its share is too small for a sample to hold an item of it."""
    known = {("a", f"{i}"): float(i % 2) for i in range(40)}
    items = Items({**dict.fromkeys(known, 1.0), ("tiny", "0"): 1e-9})
    sample = items.sample([10], [0])[0]
    assert {task for task, _ in sample.items} == {"a"}
    errors = sample.task_errors(known)
    assert errors["tiny"] == np.inf
    assert 0 < errors["a"] < 1
