from evomerge.ledger import CycleJudged
from evomerge.rails.rules.refused_cycles import REFUSED_CYCLES
from tests.rails.histories import goes_on, model, pauses, watched


def judged(*gains):
    cycles = tuple(CycleJudged(n, 0.5, 0.5, each, 0, 0, 0) for n, each in enumerate(gains))
    return watched(model(), cycles=cycles)


def test_two_cycles_in_a_row_that_gain_nothing_pause():
    assert "2 cycles in a row" in pauses(REFUSED_CYCLES, judged(True, False, False))
    for gains in ((), (False,), (False, True), (False, True, False)):
        assert goes_on(REFUSED_CYCLES, judged(*gains))
    assert pauses(REFUSED_CYCLES, judged(False), cycles=1)
