import pytest
from pydantic import ValidationError

from evomerge.rails.rules.spend import SPEND, SpendSettings
from tests.rails.histories import generation, goes_on, of_entries, pauses, spent


def history(*outlays):
    return of_entries(*(generation(n, spent=each) for n, each in enumerate(outlays)))


@pytest.mark.parametrize(
    ("limits", "outlay", "told"),
    [
        ({"tokens": 1000}, spent(1000), "1,000 tokens are spent"),
        ({"hours": 2}, spent(hours=2.5), "2.5 hours are spent"),
        ({"kwh": 1}, spent(kwh=1.25), "1.25 kWh are spent"),
        ({"money": 5, "per_million_tokens": 2}, spent(3_000_000), "6 of money are spent"),
        (
            {"money": 5, "per_million_tokens": 1, "per_hour": 1, "per_kwh": 1},
            spent(2_000_000, 2, 1.5),
            "5.5 of money are spent",
        ),
    ],
)
def test_each_limit_pauses(limits, outlay, told):
    assert told in pauses(SPEND, history(outlay), **limits)
    assert goes_on(SPEND, history(outlay))


def test_a_limit_that_is_not_reached_and_energy_that_nobody_tells_go_on():
    assert goes_on(SPEND, history(spent(999)), tokens=1000)
    assert goes_on(SPEND, history(spent(kwh=None)), kwh=0.001)


def test_an_override_allows_as_much_once_more():
    whole = history(spent(1000), spent(1900), spent(2000))
    assert goes_on(SPEND, history(spent(1000), spent(1900)).since((0, 0)), tokens=1000)
    assert "since this was last overridden" in pauses(SPEND, whole.since((0, 0)), tokens=1000)


@pytest.mark.parametrize("wrong", [{"money": 5}, {"per_hour": 5}, {"tokens": 0}])
def test_money_needs_a_price_and_a_price_a_limit(wrong):
    with pytest.raises(ValidationError):
        SpendSettings(**wrong)
