import pytest
from pydantic import ValidationError

from evomerge.search.algorithms import ALGORITHMS
from evomerge.search.kind import AlgorithmSettings, Problem


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_kind_is_named_and_has_settings_of_its_own(name):
    kind = ALGORITHMS[name]
    assert kind.name == name
    assert issubclass(kind.settings, AlgorithmSettings)
    assert [k for k in ALGORITHMS.values() if k.settings is kind.settings] == [kind]
    fewest, most = kind.goals
    assert fewest >= 0
    assert most is None or fewest <= most


@pytest.mark.parametrize("name", ALGORITHMS)
def test_settings_are_frozen_and_know_no_others(name):
    settings = ALGORITHMS[name].settings()
    with pytest.raises(ValidationError, match="Extra inputs"):
        type(settings)(other=1)
    for field in type(settings).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(settings, field, None)


def test_a_problem_has_no_goal_but_the_fitness_unless_it_says_so():
    assert Problem((0.5,), (0,)).goals == 0
