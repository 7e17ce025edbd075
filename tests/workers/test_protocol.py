import pytest
import torch

from evomerge.ledger import Cost, State
from evomerge.recipe import parse_recipe
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Answer, Job, Workers
from evomerge.workers.ray import RayWorkers

RECIPE = parse_recipe("merge_method: linear\nmodels: [{model: a}]")


@pytest.mark.parametrize(
    "chosen, asked", [(None, ["one", "two", "three"]), ((2, 0), ["three", "one"]), ((), [])]
)
def test_what_a_job_asks(chosen, asked):
    requests = [["one"], ["two"], ["three"]]
    assert Job(0, RECIPE, requests, chosen).asked == [[one] for one in asked]


def test_an_answer_without_responses_has_cost_nothing():
    answer = Answer(3, State.FAILED, "it broke")
    assert (answer.responses, answer.cost, answer.engine) == ((), Cost(), None)


@pytest.mark.parametrize(
    "workers",
    [
        LocalWorkers(torch.device("cpu")),
        RayWorkers(3, torch.device("cpu"), limit_s=5.0),
        FakeWorkers(lambda job: None, capacity=2),
    ],
    ids=lambda workers: type(workers).__name__,
)
def test_every_kind_of_workers_keeps_to_the_protocol(workers):
    assert isinstance(workers, Workers)
    other = workers.for_parents({}, None)
    assert (other.rules, other.engine, other.device) == (
        workers.rules,
        workers.engine,
        workers.device,
    )
