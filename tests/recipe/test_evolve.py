import pytest
from pydantic import ValidationError

from evomerge.recipe import Budget, Evolve, Splits
from evomerge.recipe.evolve import RaceSettings
from evomerge.search.algorithms import DEFAULT

FITNESS = {"task": "t", "metric": "acc"}


def evolve(**changes):
    return Evolve.model_validate({"fitness": [FITNESS], "budget": {"evaluations": 1}, **changes})


def test_what_a_recipe_leaves_out():
    settings = evolve()
    assert settings.splits == Splits(search=0.4, validation=0.2, test=0.4)
    assert settings.search == DEFAULT.settings()
    assert settings.race == RaceSettings(error=0.05)
    assert (settings.seed, settings.cycles, settings.elites, settings.alpha) == (0, 1, 4, 0.05)


def test_terms_are_those_of_the_fitness_and_then_the_guards():
    guard = {"task": "g", "metric": "acc", "floor": 0.02}
    settings = evolve(fitness=[FITNESS, {"text": "x.txt"}], guards=[guard])
    places = [place for place, _ in settings.terms]
    assert places == [("evolve", "fitness", 0), ("evolve", "fitness", 1), ("evolve", "guards", 0)]
    assert [term.subject for _, term in settings.terms] == ["t", "x.txt", "g"]
    assert settings.guards[0].weight == 0


def test_a_terms_own_sizes_and_ways_of_asking_come_first():
    settings = evolve(
        fitness=[{**FITNESS, "splits": {"search": 9, "validation": 0, "test": 1}}, FITNESS],
        splits={"search": 5, "validation": 5, "test": 5},
    )
    sizes = [settings.splits_of(term).search for term in settings.fitness]
    assert sizes == [9, 5]


@pytest.mark.parametrize(
    "changes, problem",
    [
        ({"budget": {}}, "a budget needs evaluations, minutes or tokens"),
        ({"budget": {"minutes": 0}}, "greater than 0"),
        ({"race": True}, "a race is {error: 0.05}, or false"),
        ({"race": {"error": 0.5}}, "less than 0.5"),
        ({"cycles": 17}, "less than or equal to 16"),
        ({"fitness": []}, "at least 1 item"),
        ({"guards": [{"task": "g", "metric": "m"}]}, "Field required"),
        ({"guards": [{"task": "g", "metric": "m", "floor": 0, "weight": 1}]}, "should be 0"),
    ],
)
def test_what_cannot_be_searched_by_is_refused(changes, problem):
    with pytest.raises(ValidationError, match=problem):
        evolve(**changes)


def test_a_race_can_be_left_out():
    assert evolve(race=False).race is False
    assert evolve(budget={"tokens": 3}).budget == Budget(tokens=3)
