import numpy as np
import pytest

from evomerge.search.gaussian import Gaussian, default_population


def gaussian(start, choices=None, **more):
    settings = {"sigma": 0.2, "population": 12, "generator": np.random.default_rng(5), **more}
    return Gaussian(start, choices or (0,) * len(start), **settings)


def adapted(distribution, score, generations):
    """The same after it has learnt from so many generations, best first by score."""
    for _ in range(generations):
        points = distribution.draw()
        scores = [-score(distribution.genome(point)) for point in points]
        distribution.learn(points, np.argsort(np.argsort(scores)).tolist())
    return distribution


def test_its_mean_is_where_it_starts_and_moves_to_the_peak():
    assert gaussian((0.1, 0.9)).mean() == pytest.approx((0.1, 0.9))
    assert gaussian((0.3,)).mean() == pytest.approx((0.3,))
    found = adapted(gaussian((0.5, 0.5, 0.5)), lambda x: -sum((v - 0.3) ** 2 for v in x), 80)
    assert found.mean() == pytest.approx((0.3, 0.3, 0.3), abs=1e-5)


def test_a_choice_is_the_middle_of_one_of_equal_parts():
    distribution = gaussian((0.5, 0.5, 0.5), (2, 0, 5))
    genomes = np.array([distribution.genome(point) for point in distribution.draw()])
    assert {*genomes[:, 0]} == {0.25, 0.75}
    assert {*genomes[:, 2].round(9)} <= {0.1, 0.3, 0.5, 0.7, 0.9}
    assert len({*genomes[:, 1]}) == 12
    assert distribution.mean()[0] in (0.25, 0.75)


def test_choices_never_freeze():
    """When one value has won for long, others are still tried: steps of it have a lower bound."""
    distribution = adapted(gaussian((0.5,) * 4, (2, 2, 0, 0)), lambda x: x[0] + x[1] - x[2], 150)
    drawn = [distribution.genome(point)[:2] for _ in range(40) for point in distribution.draw()]
    assert 0 < sum(0.25 in pair for pair in drawn) < len(drawn) / 2


def test_injected_genomes_are_drawn_first():
    distribution = gaussian((0.5,) * 3, (0, 3, 0))
    distribution.inject([(0.0, 5 / 6, 1.0), (0.2, 1 / 6, 0.7)])
    one, two, *_ = [distribution.genome(point) for point in distribution.draw()]
    assert one == pytest.approx((0.0, 5 / 6, 1.0), abs=1e-9)
    assert two == pytest.approx((0.2, 1 / 6, 0.7), abs=1e-9)


def test_it_has_converged_when_its_steps_are_finer_than_recipes():
    distribution = gaussian((0.5, 0.5))
    adapted(distribution, lambda x: -((x[0] - 0.3) ** 2) - (x[1] - 0.7) ** 2, 10)
    assert not distribution.has_converged()
    adapted(distribution, lambda x: -((x[0] - 0.3) ** 2) - (x[1] - 0.7) ** 2, 60)
    assert distribution.mean() == pytest.approx((0.3, 0.7), abs=1e-5)
    assert distribution.has_converged()


def test_a_file_in_the_working_directory_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cma_signals.in").write_text("{'timeout': 0}")
    assert not adapted(gaussian((0.5, 0.5)), sum, 3).has_converged()


def test_a_diagonal_one_learns_scales_and_no_directions():
    def scaled(x):
        return -((x[0] - 0.3) ** 2) - 1e6 * (x[1] - 0.7) ** 2

    found = adapted(gaussian((0.5, 0.5), diagonal=True), scaled, 120)
    assert found.mean() == pytest.approx((0.3, 0.7), abs=1e-4)


def test_generations_have_the_usual_size():
    assert [default_population(n) for n in (1, 2, 12, 100)] == [6, 6, 11, 17]


def test_numpys_global_generator_takes_no_part_where_genes_choose():
    """The package draws from it."""

    def found(seed):
        np.random.seed(seed)
        distribution = adapted(gaussian((0.5,) * 4, (2, 3, 0, 0)), sum, 10)
        return np.array(distribution.draw()).tolist(), np.random.random()

    (one, left), (other, _) = found(1), found(2)
    assert one == other
    assert left == np.random.RandomState(1).random()
