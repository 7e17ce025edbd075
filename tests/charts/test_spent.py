from evomerge.charts.spent import failures, tokens, worker_time
from evomerge.report.history import RunHistory
from evomerge.report.view import View
from tests.charts.runs import read, rows


def test_tokens_and_time_go_into_what_they_were_spent_on():
    seen, history = read()

    assert {row["what"]: row["amount"] for row in rows(tokens(seen))} == {
        what: cost.tokens for what, cost in seen.spending.items()
    }
    assert worker_time(seen) is None
    assert {row["reason"]: row["candidates"] for row in rows(failures(history))} == {
        "all of it is NaN": 1
    }


def test_a_run_that_has_spent_nothing_has_no_figure_of_it():
    assert tokens(View(revision=(1, False))) is None
    assert failures(RunHistory()) is None
