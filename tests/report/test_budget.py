from evomerge.ledger import BudgetRaised, RunStopped, SessionBegan
from evomerge.recipe import Budget
from evomerge.report.budget import budget_of, describe, outside_seconds, since_raised

FIRST, SECOND = (BudgetRaised({"evaluations": n, "minutes": None}, 1.0 * n) for n in (5, 9))


def test_the_last_time_that_it_was_raised_counts():
    events = [SessionBegan(), FIRST, SessionBegan(), SECOND, RunStopped("x")]
    assert budget_of(events, Budget(evaluations=3)) == Budget(evaluations=9)
    assert outside_seconds(events) == 9.0
    assert since_raised(events) == [RunStopped("x")]


def test_a_run_that_was_not_extended_has_its_recipes():
    assert budget_of([SessionBegan()], Budget(minutes=2)) == Budget(minutes=2)
    assert outside_seconds([SessionBegan()]) == 0.0
    assert since_raised([SessionBegan()]) == [SessionBegan()]


def test_a_budget_in_words():
    assert describe({"evaluations": 300, "minutes": None, "tokens": 1.5}) == (
        "300 evaluations, 1.5 tokens"
    )
