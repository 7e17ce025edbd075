from evomerge.ledger import TaskMeasure, Yardstick
from evomerge.run.folder.yardstick import yardstick_of
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.units import Units
from evomerge.score.proof.scale import BINARY
from tests.run.fakes import prepared


def test_it_says_what_the_tests_of_the_run_rest_on():
    ready = prepared()
    (term,) = ready.benchmark.terms
    object.__setattr__(term, "scale", BINARY)
    units = Units({"test001": "test000"}, {"test000": "p", "test001": "p", "stray": "p"})
    object.__setattr__(ready, "benchmark", Benchmark([term], "geometric", units))
    made = yardstick_of(ready)

    judged = made.tasks["t"].judged
    assert made == Yardstick(
        "geometric",
        {"t": TaskMeasure(1.0, judged, (0.0, 1.0, True))},
        {"test001": "test000"},
        {"test000": "p", "test001": "p"},
    )
    object.__setattr__(term, "source", "other code")
    assert yardstick_of(ready).tasks["t"].judged != judged
