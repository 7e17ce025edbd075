"""What a run has learnt of its jobs goes from one driver to the next."""

from evomerge.ledger import Cost, State
from evomerge.recipe import parse_recipe
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.learnt import Learnt
from evomerge.workers.pool import Inline
from evomerge.workers.protocol import Answer, Job
from tests.workers.driven import carry_out

RECIPE = parse_recipe("merge_method: linear\nmodels: [{model: a}]")


def test_a_driver_goes_on_with_what_was_learnt():
    def said(job):
        return Answer(job.key, State.SCORED, cost=Cost(forward_s=10.0 * (1 + job.key)))

    learnt = Learnt()
    for key in (0, 1):
        [*carry_out(FakeWorkers(said), [Job(key, RECIPE, ())], id, Inline(), lambda: None, learnt)]
        assert learnt.times.answered == key + 1
    assert learnt.times.longest_s == 20.0
    timed = learnt.meter.timed
    assert timed is not None
    assert timed.workers == 1
