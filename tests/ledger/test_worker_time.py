import math

from evomerge.ledger import WorkerTime

ONE = WorkerTime(1, 2, 4, 8, 16, 32, 64, 128, 256)


def test_it_is_added_up_way_by_way():
    assert ONE.total_s == 511
    assert ONE + WorkerTime(lost_s=0.5) == WorkerTime(1, 2, 4, 8, 16.5, 32, 64, 128, 256)
    assert (ONE + ONE).total_s == 1022
    assert WorkerTime(*[0.1] * 9).total_s == math.fsum([0.1] * 9)
