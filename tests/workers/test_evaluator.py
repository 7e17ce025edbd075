from dataclasses import replace

import pytest
import torch

from evomerge.cores import Cores
from evomerge.engine.fake import FAKE
from evomerge.engine.request import Likelihood, prompt_hash
from evomerge.errors import ParentError
from evomerge.ledger import State
from evomerge.recipe import parse_recipe
from evomerge.training.progress import KeptState
from evomerge.training.texts import TrainingText
from evomerge.weights import open_parent
from evomerge.workers.evaluator import Evaluator
from evomerge.workers.protocol import Job, JobTraining
from tests.training.training_cases import order

CPU = torch.device("cpu")
REQUESTS = [(Likelihood((1, 2, 3), 1),), (Likelihood((1, 2), 1),)]


@pytest.fixture
def evaluator(make_model):
    names = [make_model(name, seed) for seed, name in enumerate("ab")]
    parents = {name: open_parent(name) for name in names}
    with Cores.on(CPU, 1) as cores:
        made = Evaluator(parents, None, cores, (CPU,), FAKE, "mine")
        yield made, names
        made.close()


def recipe(names, weights=(1, 1)):
    models = [
        f"{{model: {name}, parameters: {{weight: {weight}}}}}"
        for name, weight in zip(names, weights, strict=True)
    ]
    return parse_recipe(f"merge_method: linear\nmodels: [{', '.join(models)}]")


def test_an_answer_says_what_was_asked_and_what_answered(evaluator):
    made, names = evaluator
    answer = made.evaluate(Job(4, recipe(names), REQUESTS, chosen=(1,)))
    assert (answer.key, answer.state, answer.reason) == (4, State.SCORED, "")
    assert (answer.worker, answer.engine) == ("mine (1 cores)", FAKE.identity)
    assert answer.prompts == prompt_hash([REQUESTS[1]])
    assert len(answer.responses) == 1
    assert answer.cost.merge_s > 0


def test_the_same_offspring_answers_alike_and_another_one_otherwise(evaluator):
    made, names = evaluator
    first, other, again = (
        made.evaluate(Job(0, recipe(names, weights), REQUESTS)).responses
        for weights in ((1, 1), (1, 3), (1, 1))
    )
    assert first == again != other


def test_what_cannot_be_merged_is_a_failed_answer(evaluator):
    made, names = evaluator
    answer = made.evaluate(Job(0, recipe(names, (1, -1)), REQUESTS))
    assert answer.state is State.FAILED
    assert answer.reason
    assert not answer.responses


def test_an_error_of_memory_is_the_offsprings(evaluator, monkeypatch):
    made, names = evaluator

    def write(recipe, cores):
        raise torch.OutOfMemoryError("80 GB")

    monkeypatch.setattr(made._bank, "write", write)
    answer = made.evaluate(Job(0, recipe(names), REQUESTS))
    assert (answer.state, answer.reason) == (State.FAILED, "out of memory (80 GB)")
    assert answer.again


def test_what_nobody_expected_fails_the_offspring_and_is_told_with_its_place(
    evaluator, monkeypatch
):
    made, names = evaluator

    def write(recipe, cores):
        torch.linalg.inv(torch.zeros(2, 2))

    monkeypatch.setattr(made._bank, "write", write)
    answer = made.evaluate(Job(0, recipe(names), REQUESTS))
    assert (answer.state, answer.again) == (State.FAILED, True)
    assert answer.reason.startswith("_LinAlgError: linalg.inv: ")
    assert "(test_evaluator.py:" in answer.reason


@pytest.mark.parametrize("error", [OSError("stale file handle"), ParentError("it has changed")])
def test_what_is_no_offsprings_fault_is_raised(evaluator, monkeypatch, error):
    made, names = evaluator

    def write(recipe, cores):
        raise error

    monkeypatch.setattr(made._bank, "write", write)
    with pytest.raises(type(error), match=str(error)):
        made.evaluate(Job(0, recipe(names), REQUESTS))


def test_a_training_is_carried_out_and_one_that_fails_is_told(evaluator, tmp_path):
    made, names = evaluator
    given = order(steps=2)
    training = JobTraining(given, names[0], KeptState(tmp_path / "nowhere" / "a", "me"))
    answer = made.evaluate(Job(3, recipe(names), (), training=training))
    assert (answer.key, answer.state, answer.trained.steps) == (3, State.SCORED, 2)
    assert answer.cost.tokens == answer.trained.tokens > 0
    far = TrainingText("far", (99_999, 3, 1), 1)  # beyond the vocabulary
    bad = JobTraining(replace(given, texts=(far,)), names[0], training.kept)
    answer = made.evaluate(Job(4, recipe(names), (), training=bad))
    assert (answer.state, answer.trained, answer.again) == (State.FAILED, None, True)
    assert "index out of range" in answer.reason
