from evomerge.ledger import Cost, Part, RunStopped, State, Trial, WorkersTimed, WorkerTime
from evomerge.run.measuring import measured
from evomerge.workers.cluster.messages import Measure, Measured


def test_trials_parts_and_seconds_are_numbers_and_all_else_is_none():
    trial = Trial("d", "search", {}, State.PRUNED)
    assert [*measured(trial)] == [Measured(Measure.TRIALS, 1, "pruned")]
    part = Part("d", "validation", State.FAILED, cost=Cost(tokens=7))
    assert [*measured(part)] == [
        Measured(Measure.PARTS, 1, "failed"),
        Measured(Measure.TOKENS, 7, "validation"),
    ]
    timed = [*measured(WorkersTimed(2, 3.0, WorkerTime(forward_s=4.0, waiting_s=2.0)))]
    assert {one.measure for one in timed} == {Measure.SECONDS}
    assert {one.tag: one.value for one in timed if one.value} == {"forward": 4.0, "waiting": 2.0}
    assert [*measured(RunStopped("terminated"))] == []
