"""Right answers of code items are run against the items' own checks."""

import pytest

from evomerge.errors import UserError
from evomerge.score.cautions import programs
from evomerge.score.cautions.programs import untrue_golds
from evomerge.score.items.item import Item
from evomerge.score.judges.sandbox import require_sandbox

TEMPLATE = "{{answer}}\n{{test}}"


@pytest.fixture(scope="module", autouse=True)
def _sandbox():
    try:
        require_sandbox()
    except UserError as error:
        pytest.skip(str(error))


def of(golds, **fields):
    """Items that ask for a name `x` of the value of their number, and their documents."""
    items = [Item("t", f"i{n}", n, (), "?", gold) for n, gold in enumerate(golds)]
    docs = {
        item.id: {
            "test": f"assert x == {item.doc_id}",
            **{k: v[item.doc_id] for k, v in fields.items()},
        }
        for item in items
    }
    return items, docs


def test_all_pass():
    assert untrue_golds(TEMPLATE, *of([f"x = {n}" for n in range(4)])) == []


def test_those_that_do_not_are_named(monkeypatch):
    monkeypatch.setattr(programs, "AT_ONCE", 2)
    monkeypatch.setattr(programs, "SHOWN", 1)
    golds = ["x = 0", "x = 9", "x = 2", "import os; os._exit(0)", "x = 4"]
    assert untrue_golds(TEMPLATE, *of(golds)) == [
        "2 of 5 items have a right answer (doc_to_target) that does not pass their own checks, so "
        "no model's can: documents 1 and 1 more"
    ]


def test_they_are_looked_for_where_code_tasks_keep_them():
    """lm-eval's own code tasks have the checks as the target, and the answer in a field."""
    checks = [f"assert x == {n}" for n in range(3)]
    right = [f"x = {n}" for n in range(3)]
    assert untrue_golds(TEMPLATE, *of(checks, canonical_solution=right)) == []
    (said,) = untrue_golds(TEMPLATE, *of(checks, canonical_solution=["x = 0", "x = 0", "x = 0"]))
    assert said.startswith("2 of 3 items have a right answer (canonical_solution)")
    (said,) = untrue_golds(TEMPLATE, *of(checks, code=["x = 7"] * 3))
    assert said == "the right answers in code do not pass their own checks"
    assert untrue_golds(TEMPLATE, *of(checks)) == []
    assert untrue_golds(TEMPLATE, [], {}) == []


def test_it_ends_in_time(monkeypatch):
    monkeypatch.setattr(programs, "SECONDS", 0.0)
    assert untrue_golds(TEMPLATE, *of(["x = 0", "x = 9"])) == []
