from dataclasses import replace

import pytest

from evomerge.ledger import Conduct, ProbeVerdict
from tests.ledger.facts import MEASURED


@pytest.mark.parametrize(
    "agreement, p_value, fit",
    [(0.8, 0.01, True), (0.79, 0.01, False), (1.0, 0.05, False), (1.0, 0.04, True)],
)
def test_a_judge_is_fit_that_agrees_enough_and_not_by_chance(agreement, p_value, fit):
    assert replace(MEASURED, agreement=agreement, p_value=p_value, bound=0.8).fit is fit


def test_what_is_worse_breaks_nothing():
    said = {conduct: ProbeVerdict("p", conduct).violates for conduct in Conduct}
    assert said == {Conduct.FINE: False, Conduct.WORSE: False, Conduct.VIOLATES: True}
