import numpy as np

from evomerge.search.races.race import Race, race_sizes
from evomerge.search.races.resolution import Resolution
from evomerge.search.races.sampling import Items
from tests.search.races.test_race import coins, drive, keys

COUNT = 240


def watch(chances, generations, seed=0):
    """A resolution that has seen so many generations; candidates of chances(generation)."""
    resolution = Resolution(COUNT)
    items = Items(dict.fromkeys(keys(COUNT), 1.0))
    for generation in range(generations):
        p = chances(generation)
        table = coins(p, COUNT, 1000 * seed + generation)
        race = Race(items.sample(race_sizes(COUNT), [seed, generation]), len(p), len(p) // 2)
        drive(race, table)
        items.learn(race.scores)
        resolution.learn(race)
        if resolution.exhausted:
            break
    return resolution, generation + 1


def test_a_search_among_equals_is_exhausted_and_says_so():
    stopped = [watch(lambda _: [0.5] * 12, 130, seed) for seed in range(6)]
    assert sum(resolution.exhausted for resolution, _ in stopped) >= 5
    assert all(generations % 24 == 0 for resolution, generations in stopped if resolution.exhausted)
    reason = next(resolution.reason for resolution, _ in stopped if resolution.exhausted)
    assert "cannot be shown with these items at 80 % power" in reason
    assert f"{COUNT} search items" in reason


def test_differences_as_large_as_the_noise_of_all_items_are_seldom_missed_however_often_one_looks():
    """At most in 10 % of the searches, within sampling error; 120 generations are five looks."""
    noise, missed = (0.25 / COUNT) ** 0.5, 0
    for seed in range(30):
        generator = np.random.default_rng(seed)
        resolution, _ = watch(lambda _: generator.normal(0.5, noise, 12).clip(0, 1), 120, seed)  # noqa: B023
        missed += resolution.exhausted
    assert missed <= 7


def test_a_search_whose_candidates_differ_is_not():
    for seed in range(5):
        resolution, _ = watch(lambda _: np.linspace(0.35, 0.65, 12), 40, seed)
        assert not resolution.exhausted


def test_what_once_differed_must_have_been_alike_for_long():
    resolution, generations = watch(
        lambda g: np.linspace(0.2, 0.8, 12) if g < 10 else [0.5] * 12, 240
    )
    assert resolution.exhausted
    assert generations >= 28


def test_candidates_that_all_answer_alike_leave_nothing_to_resolve():
    resolution = Resolution(30)
    items = Items(dict.fromkeys(keys(30), 1.0))
    for generation in range(5):
        race = Race(items.sample(race_sizes(30), [generation]), 6, 3)
        drive(race, np.ones((6, 30)))
        assert not resolution.exhausted
        resolution.learn(race)
    assert resolution.exhausted


def test_generations_of_failures_teach_nothing():
    resolution = Resolution(30)
    for generation in range(20):
        items = Items(dict.fromkeys(keys(30), 1.0))
        race = Race(items.sample(race_sizes(30), [generation]), 4, 2)
        race.observe(dict.fromkeys(range(4)))
        resolution.learn(race)
    assert not resolution.exhausted
