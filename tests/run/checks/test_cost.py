"""What a run would take."""

import pytest

from evomerge.engine.request import Generation
from evomerge.ledger import Split
from evomerge.recipe import parse_recipe
from evomerge.run.checks import cost
from evomerge.run.checks.cost import (
    FLOP_OF_A_PARAMETER,
    expected_cost,
    parameters_of,
    workers_note,
)
from evomerge.run.preparation.preflight import prepare
from evomerge.weights import open_parent
from tests.run.small import TEXT


def most(benchmark, split):
    """Tokens that are read or written at most, but for the last, which is not read."""
    return sum(
        len(request.prompt) + request.max_tokens
        if isinstance(request, Generation)
        else len(request.tokens) - 1
        for term in benchmark.terms
        for item in term.items[split]
        for request in item.requests
    )


@pytest.fixture(scope="module")
def ready():
    return prepare(parse_recipe(TEXT, "r.yaml"))


def test_tokens_are_counted_for_candidates_parents_and_proof(ready):
    cost = expected_cost(ready)
    search, validation, test = (most(ready.benchmark, split) for split in Split)
    assert cost.candidate_tokens == search
    assert cost.parents_tokens == 4 * search, "three parents and their average"
    assert cost.last_race_tokens == 4 * search, "two elites, and two beside them"
    assert cost.proof_tokens == (4 + 3) * validation + (4 + 1) * test
    assert cost.candidate_flop == FLOP_OF_A_PARAMETER * 477_216 * search
    assert (cost.raced, cost.random_search, cost.judged, cost.caution) == (True, False, False, "")


def test_a_budget_that_the_parents_use_up_is_a_caution():
    text = TEXT.replace("{evaluations: 10}", "{tokens: 100}")
    cost = expected_cost(prepare(parse_recipe(text, "r.yaml")))
    assert cost.caution.startswith("r.yaml:13: parents and their average may take up to")
    assert "of a budget of 100: no candidate may be evaluated" in cost.caution


def test_rails_are_told_with_what_a_new_leader_takes(ready):
    assert (expected_cost(ready).rails, expected_cost(ready).watched_tokens) == (0, 0)
    cost = expected_cost(prepare(parse_recipe(TEXT + "  rails: {jump: false}\n")))
    search, validation, _ = (most(ready.benchmark, split) for split in Split)
    assert (cost.rails, cost.watched_tokens) == (15, search + validation)


def test_parameters_are_counted_once():
    assert parameters_of(open_parent("zoo:base")) == 477_216


@pytest.mark.parametrize(
    "gpus, told", [(0, "uses all 6 cores"), (1, "all 6 cores"), (4, "of 4 GPUs")]
)
def test_from_when_on_several_workers_pay_is_told(monkeypatch, gpus, told):
    monkeypatch.setattr(cost, "available_cores", lambda: 6)
    monkeypatch.setattr(cost.torch.cuda, "device_count", lambda: gpus)
    assert told in workers_note()
