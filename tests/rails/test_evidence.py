import math
import random

import pytest
from scipy.stats import betabinom, norm

from evomerge.rails.evidence import curse, rise_of_mean, rise_of_share


@pytest.mark.parametrize(
    ("now", "items", "before", "of"), [(0.5, 20, 0.1, 20), (1.0, 30, 0.0, 400), (0.2, 60, 0.15, 60)]
)
def test_a_share_rises_by_the_tail_of_the_beta_binomial(now, items, before, of):
    seen, usual = round(now * items), round(before * of)
    tail = betabinom(items, usual + 0.5, of - usual + 0.5).sf(seen - 1)
    assert rise_of_share(now, items, before, of) == pytest.approx(norm.isf(max(tail, 1e-15)))


def test_a_share_that_falls_or_of_which_nothing_is_known_rises_by_nothing():
    assert rise_of_share(0.1, 50, 0.6, 50) < 0
    assert rise_of_share(0.5, 0, 0.1, 9) == rise_of_share(0.5, 9, 0.1, 0) == 0.0


def test_an_impossible_share_is_finite():
    assert math.isfinite(rise_of_share(1.0, 10_000, 0.0, 10_000))
    assert math.isfinite(rise_of_share(0.0, 10_000, 1.0, 10_000))


def test_a_mean_rises_in_errors_of_the_difference():
    assert rise_of_mean(1.0, 0.3, 0.5, 0.4) == pytest.approx(1.0)
    assert rise_of_mean(1.0, 0.0, 1.0, 0.0) == 0.0
    assert rise_of_mean(0.0, 0.0, 1.0, 0.0) == -math.inf


def test_the_best_of_equals_overrates_itself_by_no_more_than_the_curse():
    draw = random.Random(1)
    for candidates in (2, 10, 100):
        best = [max(draw.gauss(0, 0.1) for _ in range(candidates)) for _ in range(300)]
        assert sum(best) / len(best) < curse(0.1, candidates)
    assert curse(0.1, 1) == curse(0.1, 0) == 0.0
