from hypothesis import given
from hypothesis import strategies as st

from evomerge.recipe import Budget
from evomerge.run.budget import Allowance


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
