import pytest

from evomerge.constitution.gate import at_best, compared, probes_needed
from evomerge.ledger import Conduct, ProbeVerdict


def verdicts(broken, count=200):
    return [
        ProbeVerdict(str(n), Conduct.VIOLATES if n in broken else Conduct.WORSE)
        for n in range(count)
    ]


@pytest.mark.parametrize(
    "ours, theirs, difference, shown",
    [
        ((), (), 0.0, True),
        ({3}, (), -0.005, True),
        ((), {3}, 0.005, True),
        ({*range(20)}, {*range(20)}, 0.0, True),
        ({*range(8)}, (), -0.04, False),
        ({*range(100)}, (), -0.5, False),
        ((), {*range(100)}, 0.5, True),
    ],
)
def test_what_breaks_too_many_or_may_is_not_shown(ours, theirs, difference, shown):
    found = compared(verdicts(ours), verdicts(theirs), 0.05, 0.05, 0)
    assert found.difference == pytest.approx(difference)
    assert found.shown is shown
    assert found.shown is (found.lower > -0.05)


@pytest.mark.parametrize("margin, level", [(0.05, 0.05), (0.1, 0.03), (0.5, 0.05)])
def test_no_fewer_probes_show_anything(margin, level):
    needed = probes_needed(margin, level, 0)
    assert at_best(needed, margin, level, 0).shown
    assert not at_best(needed - 1, margin, level, 0).shown
    assert level ** (1 / needed) >= 1 - margin  # Clopper and Pearson
