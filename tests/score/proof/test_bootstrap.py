import numpy as np
import pytest

from evomerge.ledger import ItemScore
from evomerge.score.proof import bootstrap
from evomerge.score.proof.bootstrap import RESAMPLES, resample
from evomerge.score.proof.pairs import pair


def pairs_of(ours, theirs, weights):
    def side(values):
        return [
            ItemScore("t", str(i), v, w)
            for i, (v, w) in enumerate(zip(values, weights, strict=True))
        ]

    return pair(side(ours), side(theirs))["t"]


def test_resampled_means_have_the_moments_of_the_bayesian_bootstrap():
    """Rubin 1981: the mean of n items has their mean, and their variance over n + 1."""
    generator = np.random.default_rng(0)
    ours, theirs = generator.normal(size=40), generator.normal(size=40)
    mine, other = resample(pairs_of(ours, theirs, np.ones(40)), [], generator)
    drawn, items = mine - other, ours - theirs
    assert drawn.mean() == pytest.approx(items.mean(), abs=4 * drawn.std() / RESAMPLES**0.5)
    assert drawn.var() == pytest.approx(items.var() / 41, rel=0.05)


def test_imagined_items_weigh_as_much_as_a_mean_item():
    pairs = pairs_of(np.zeros(9), np.zeros(9), np.arange(1.0, 10.0))
    mine, other = resample(pairs, [(1.0, 0.0)], np.random.default_rng(0))
    assert mine.mean() == pytest.approx(0.1, abs=0.01)
    assert not other.any()


def test_weights_count_as_they_do_in_the_mean():
    """An item of overwhelming weight is all of the mean in every resample."""
    mine, _ = resample(pairs_of([3.0, 0.0], [0.0, 0.0], [1e9, 1.0]), [], np.random.default_rng(0))
    assert np.quantile(mine, 0.01) == pytest.approx(3.0, abs=1e-6)


def test_how_many_are_drawn_at_a_time_does_not_matter(monkeypatch):
    pairs = pairs_of([0.1, 0.5, 0.9], [0.2, 0.2, 0.2], [1.0, 2.0, 3.0])
    whole = resample(pairs, [], np.random.default_rng(1))
    monkeypatch.setattr(bootstrap, "CHUNK", 700)
    parts = resample(pairs, [], np.random.default_rng(1))
    np.testing.assert_allclose(whole, parts)
