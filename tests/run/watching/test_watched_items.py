from evomerge.ledger import Split
from evomerge.run.watching.watched_items import MOST, watched_items
from evomerge.score.benchmark import Benchmark
from evomerge.score.tasks.term import Term
from tests.run.fakes import FirstValue, items


def benchmark(order):
    splits = {split: items(split.value, 100)[::order] for split in Split}
    return Benchmark([Term("t", "m", 1.0, FirstValue(), splits)])


def test_a_probe_is_drawn_by_the_seed_and_by_no_order():
    watched = watched_items(benchmark(1), 3)
    assert len(set(watched["t"])) == MOST
    assert watched == watched_items(benchmark(-1), 3)
    assert watched != watched_items(benchmark(1), 4)
    assert set(watched["t"]) <= {i.key for i in benchmark(1).items(Split.SEARCH)}
