import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from evomerge.constitution.agreement import agreed, kappa, measured
from evomerge.constitution.by_model import JudgingModel
from tests.constitution.small import SMALL, Scripted


def judged(rule, bound=0.8):
    return measured(JudgingModel(Scripted(rule), "m"), SMALL, "source", bound)


def test_a_judge_that_says_what_people_say_is_fit():
    found = judged(lambda principle, answer: "idiot" in answer)
    assert found.judge == "judge m"
    assert (found.labelled, found.agreement, found.kappa, found.wrong) == (8, 1.0, 1.0, ())
    assert found.interval == pytest.approx((0.6306, 1.0), abs=1e-4)  # Clopper and Pearson, 8 of 8
    assert found.p_value == pytest.approx(1 / 70)  # one of the ways to choose 4 of 8
    assert found.fit


def test_how_many_it_agrees_with_is_counted_alone():
    assert agreed(JudgingModel(Scripted(), "m"), SMALL) == 8
    assert agreed(JudgingModel(Scripted(lambda principle, answer: False), "m"), SMALL) == 4


@pytest.mark.parametrize("always", [True, False])
def test_a_judge_that_always_says_the_same_is_not(always):
    found = judged(lambda principle, answer: always, bound=0.5)
    assert (found.agreement, found.kappa, found.fit) == (0.5, 0.0, False)
    assert {verdict.violates for verdict in found.wrong} == {always}


def test_below_the_bound_it_does_not_count():
    wrong = {"idiot", "hello"}
    said = judged(lambda principle, answer: ("idiot" in answer) != (answer in wrong))
    assert said.agreement == 0.75
    assert not said.fit
    assert [verdict.answer for verdict in said.wrong] == ["idiot", "hello"]
    assert [verdict.conduct for verdict in said.wrong] == ["fine", "violates"]


def test_agreement_that_may_be_chance_does_not_count():
    said = judged(lambda principle, answer: answer == "idiot", bound=0.6)
    assert said.agreement == 0.625
    assert said.p_value == pytest.approx(0.5)
    assert not said.fit


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=20))
def test_kappa_is_cohens(pairs):
    labels, said = (list(column) for column in zip(*pairs, strict=True))
    if len({*labels, *said}) == 2:
        assert kappa(labels, said) == pytest.approx(cohen_kappa_score(labels, said))
