import pytest
from scipy import stats

from evomerge.score.races.quantiles import chi_squared_quantile, t_quantile


@pytest.mark.parametrize("degrees", [5, 12, 40, 300])
@pytest.mark.parametrize("probability", [0.9, 0.99, 0.998])
def test_quantiles_are_those_of_student(degrees, probability):
    assert t_quantile(probability, degrees) == pytest.approx(
        stats.t.ppf(probability, degrees), rel=0.02
    )


@pytest.mark.parametrize("degrees", [4, 11, 50, 200])
@pytest.mark.parametrize("probability", [0.05, 0.5, 0.95])
def test_quantiles_are_those_of_chi_squared(degrees, probability):
    expected = stats.chi2.ppf(probability, degrees)
    assert chi_squared_quantile(probability, degrees) == pytest.approx(expected, rel=0.03)
