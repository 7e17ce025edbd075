from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger import Cost, ItemNumbers, ItemScore, Part, State
from evomerge.recipe import Budget
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.evaluation.results import Results


def test_evaluations_end_at_the_limit():
    allowance = Allowance(Budget(evaluations=3), 1.0, lambda: 0.0)
    assert [allowance.covers(n, 10**9) for n in range(5)] == [True, True, True, False, False]


def test_tokens_end_with_the_evaluation_that_reaches_the_limit():
    allowance = Allowance(Budget(tokens=100), 1.0, lambda: 0.0)
    assert [allowance.covers(10**6, tokens) for tokens in (0, 99, 100)] == [True, True, False]


def test_minutes_end_it_and_do_not_count_when_a_run_is_repeated():
    clock = [0.0]
    allowance = Allowance(Budget(minutes=0.5), 1.0, lambda: clock[0])
    assert allowance.in_time
    clock[0] = 30.0
    assert not allowance.in_time
    assert allowance.covers(0, 0)


@given(evaluations=st.integers(1, 1000), cycles=st.integers(1, 16))
def test_the_last_cycle_ends_with_the_whole_budget_spent(evaluations, cycles):
    budget = Budget(evaluations=evaluations)
    limits = []
    for cycle in range(cycles):
        allowance = Allowance(budget, (cycle + 1) / cycles, lambda: 0.0)
        limits.append(next(n for n in range(1001) if not allowance.covers(n, 0)))
    assert limits == sorted(limits)
    assert limits[-1] == evaluations


NUMBERS = ItemNumbers()


def results(*parts):
    """Of parts that each scored these items for so many tokens."""
    made = Results(NUMBERS)
    for items, tokens in parts:
        scores = [ItemScore("t", item, 1.0) for item in items]
        state = State.SCORED if items else State.FAILED
        made.take(Part("x", "search", state, scores=scores, cost=Cost(tokens=tokens)))
    return made


def keys(items):
    return NUMBERS.set_of(("t", item) for item in items)


def test_tokens_are_those_of_the_items_that_were_asked_for():
    known = results(("ab", 10), ("cd", 30), ("efgh", 100))
    spent = Spent()
    spent.take("x", known, keys("ab"))
    assert spent.tokens == 10
    spent.take("x", known, keys("ab"))
    assert spent.tokens == 10, "once"
    spent.take("x", known, keys("cd"))
    assert spent.tokens == 40
    spent.take("x", known, keys("e"))
    assert spent.tokens == 65, "its share of what was scored together"
    spent.take("y", results(("", 7)), 0)
    assert spent.tokens == 72, "an attempt that failed costs what it cost"
    spent.take("y", results(("", 7)), 0)
    assert spent.tokens == 72
    assert spent.evaluations == 0, "whoever was scored, candidates alone are evaluations"


def test_what_is_told_of_a_cycle_is_its_share_of_the_limits():
    budget = Budget(evaluations=30, minutes=10)
    allowance = Allowance(budget, 1 / 2, lambda: 90.0)
    assert allowance.limits == {"evaluations": 15, "minutes": 5}
    spent = Spent({"a", "b"}, tokens=7)
    assert allowance.spent(spent) == {"evaluations": 2, "minutes": 1.5, "tokens": 7}
