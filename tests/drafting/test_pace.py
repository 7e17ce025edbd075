"""What a run takes, by what some questions took."""

import pytest
import torch

from evomerge.drafting import pace
from evomerge.errors import TrialError
from evomerge.ledger import Cost, Split, State
from evomerge.recipe import parse_recipe
from evomerge.run.checks.cost import expected_cost
from evomerge.run.preparation.preflight import prepare
from evomerge.workers.protocol import Answer
from tests.run.small import TEXT

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def prepared():
    return prepare(parse_recipe(TEXT))


def timed_as(monkeypatch, seconds_a_question):
    """Have each question take so long, and each merge a second."""
    asked = []

    def cost(running, prepared, share, items):
        asked.append((share, len(items)))
        return Cost(1.0, seconds_a_question * len(items), 0.0, 1)

    monkeypatch.setattr(pace, "_cost", cost)
    return asked


def test_candidates_and_all_else_follow_from_what_a_token_took(monkeypatch, prepared):
    asked = timed_as(monkeypatch, 1.0)
    items = prepared.benchmark.items(Split.SEARCH)
    found = pace.measure_pace(prepared, CPU)
    assert len(items) == 48  # of which every second one is asked, twice
    assert asked == [(0.25, 24), (0.5, 24)]
    assert found.questions == 24
    expected = expected_cost(prepared)
    sample = sum(r.most_tokens for item in items[::2] for r in item.requests)
    each = 24.0 / sample
    assert found.candidate_s == pytest.approx(1 + expected.candidate_tokens * each)
    others = expected.parents_tokens + expected.last_race_tokens + expected.proof_tokens
    merges = 3 + 2 + 2  # parents, elites, the average and the winner
    assert found.besides_s == pytest.approx(pace.AROUND_S + merges + others * each)


def test_where_few_are_answered_at_once_more_are_asked(monkeypatch, prepared):
    asked = timed_as(monkeypatch, 0.001)
    assert pace.measure_pace(prepared, CPU).questions == 48
    assert asked == [(0.25, 24), (0.5, 24), (0.75, 48)]


def test_a_merge_that_fails_is_told(monkeypatch, prepared):
    failed = Answer(0, State.FAILED, "not finite")
    monkeypatch.setattr(pace, "answers", lambda running, jobs: [failed])
    with pytest.raises(TrialError, match="cannot be scored: not finite"):
        pace.measure_pace(prepared, CPU)
