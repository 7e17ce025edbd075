from evomerge.ledger import Split
from evomerge.run.watching.probe import PROBE, probe_of
from evomerge.score.benchmark import Benchmark
from evomerge.score.tasks.term import Term
from tests.run.fakes import FirstValue, items


def benchmark(order):
    splits = {split: items(split.value, 100)[::order] for split in Split}
    return Benchmark([Term("t", "m", 1.0, FirstValue(), splits)])


def test_a_probe_is_drawn_by_the_seed_and_by_no_order():
    probe = probe_of(benchmark(1), 3)
    assert len(set(probe["t"])) == PROBE
    assert probe == probe_of(benchmark(-1), 3)
    assert probe != probe_of(benchmark(1), 4)
    assert set(probe["t"]) <= {i.key for i in benchmark(1).items(Split.SEARCH)}
