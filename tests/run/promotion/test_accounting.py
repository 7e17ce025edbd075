"""All that is told of a released model, of a real recipe and a verdict that was made up."""

import hashlib
from dataclasses import replace

from evomerge.engine.request import prompt_hash
from evomerge.ledger import Split
from evomerge.recipe import parse_recipe
from evomerge.report.reading import read
from evomerge.report.verdict import SealedScores
from evomerge.run.preparation.preflight import prepare
from evomerge.run.promotion.accounting import account_of
from tests.report.history import PROVED, SEARCHED, VERDICT, comparison, records
from tests.run.small import TEXT

VIEW = read(records([*SEARCHED, *PROVED]))
MEANS = {"zoo_arithmetic": 0.75, "zoo_largest": 0.5}
BETTER = comparison(0.25)
FOUND = replace(
    VERDICT,
    scores={label: SealedScores(0.5, MEANS) for label in VERDICT.scores},
    comparisons={
        **VERDICT.comparisons,
        "A": replace(VERDICT.comparisons["A"], tasks={"zoo_arithmetic": BETTER}),
    },
)


def test_results_data_and_facts():
    prepared = prepare(parse_recipe(TEXT))
    account = account_of(VIEW, FOUND, prepared, {"verdict.png": b"1"})
    first, second = account.results
    assert (first.task, first.metric, first.score) == ("zoo_arithmetic", "exact_match", 0.75)
    assert first.details == {
        "items": 12,
        "best_parent_score": 0.75,
        "difference": 0.25,
        "interval_of_difference": [0.125, 0.375],
        "confidence_of_interval": 1 - 2 * BETTER.level,
    }
    assert second.details == {}
    (data, _), (term, _) = account.data, prepared.benchmark.terms
    assert data.items == {"search": 24, "validation": 16, "test": 60}
    ids = sorted(item.id for split in Split for item in term.items[split])
    assert data.sha256 == hashlib.sha256("\n".join(ids).encode()).hexdigest()
    items = sorted((i for split in Split for i in term.items[split]), key=lambda i: i.id)
    assert data.prompts == prompt_hash([item.requests for item in items])
    assert account.facts == {"verdict": "promoted", "recipe digest": "x", "seed": "3"}
    assert account.images == {"verdict.png": b"1"}
    assert "## What was not shown" in account.sections
    alone = account_of(VIEW, replace(FOUND, best=None, comparisons={}), prepared)
    assert [one.details for one in alone.results] == [{}, {}]
