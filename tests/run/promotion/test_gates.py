from dataclasses import replace

from evomerge.run.promotion.gates import gates
from tests.report.history import VERDICT


def test_what_the_sealed_items_refuse_is_held():
    assert gates(VERDICT) == ()
    refused = replace(VERDICT, reasons=("it is not better", "sums: below the floor"))
    assert gates(refused) == (
        "the sealed items refuse it: it is not better; sums: below the floor",
    )
