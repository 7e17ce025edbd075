import pytest
import torch

from evomerge.engine.request import Generation, Likelihood
from evomerge.errors import Interrupted
from evomerge.ledger import State
from evomerge.recipe import parse_recipe, recipe_from
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Job
from evomerge.zoo import zoo_folder

NAMES = ("zoo:base", "zoo:arithmetic", "zoo:french")
TEXT = """
merge_method: task_arithmetic
base_model: zoo:base
models:
  - {model: zoo:arithmetic, parameters: {weight: 0.6}}
  - {model: zoo:french, parameters: {weight: 0.6}}
"""
RECIPE = parse_recipe(TEXT)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def tokenizer():
    return load_tokenizer(zoo_folder("zoo:base"))


@pytest.fixture(scope="module")
def requests(tokenizer):
    texts = [f"{a} + {b} in digits =" for a in range(3, 60, 7) for b in range(2, 90, 11)]
    tokens = [tuple(tokenizer.encode(text)) for text in texts]
    return [(Generation(t, ("\n",), 5), Likelihood(t, 2)) for t in tokens]


def evaluate(tokenizer, job, cores=None, checkpoint=lambda: None):
    parents = {name: open_parent(name) for name in NAMES}
    with LocalWorkers(CPU, cores=cores).for_parents(parents, tokenizer) as workers:
        workers.submit(job)
        return workers.collect(checkpoint)


def test_answers_come_with_costs_and_are_the_same_on_any_number_of_cores(tokenizer, requests):
    one, two = (evaluate(tokenizer, Job(7, RECIPE, requests), cores) for cores in (1, 2))
    assert one.responses == two.responses
    assert (one.key, one.state, one.worker) == (7, State.SCORED, "local (1 cores)")
    assert [len(responses) for responses in one.responses] == [2] * len(requests)
    cost = one.cost
    assert cost.tokens > 0
    assert min(cost.merge_s, cost.forward_s) > 0


def test_torchs_own_threads_are_as_before(tokenizer, requests):
    before = torch.get_num_threads()
    evaluate(tokenizer, Job(0, RECIPE, requests[:2]))
    assert torch.get_num_threads() == before


def test_an_offspring_that_cannot_be_scored_is_a_failed_trial(tokenizer, requests):
    plain = RECIPE.plain()
    plain["models"][0]["parameters"]["weight"] = 1e42
    answer = evaluate(tokenizer, Job(1, recipe_from(plain), requests))
    assert answer.state is State.FAILED
    assert "not finite" in answer.reason
    assert answer.responses == []


def test_it_can_be_stopped(tokenizer, requests):
    def checkpoint():
        raise Interrupted("stop")

    with pytest.raises(Interrupted):
        evaluate(tokenizer, Job(1, RECIPE, requests), checkpoint=checkpoint)


def test_jobs_come_one_at_a_time(tokenizer, requests):
    workers = LocalWorkers(CPU).for_parents({}, tokenizer)
    with pytest.raises(RuntimeError, match="no job"):
        workers.collect(lambda: None)
    workers.submit(Job(0, RECIPE, requests))
    with pytest.raises(RuntimeError, match="one job at a time"):
        workers.submit(Job(1, RECIPE, requests))
