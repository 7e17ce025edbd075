"""What stands under `search:` belongs to the algorithm that is named there."""

from dataclasses import replace

import pytest
from pydantic import Field

from evomerge.errors import RecipeError
from evomerge.recipe import Recipe, parse_recipe, recipe_from
from evomerge.search import AlgorithmSettings
from evomerge.search.algorithms import ALGORITHMS, DEFAULT, kind_of

TEXT = """\
merge_method: linear
models:
  - {model: a, parameters: {weight: {gene: {low: 0, high: 2}}}}
evolve:
  fitness: [{task: t, metric: m}]
  budget: {minutes: 1}
"""


def parse(search):
    return parse_recipe(f"{TEXT}  search: {search}\n", "r.yaml")


def told(search):
    with pytest.raises(RecipeError) as error:
        parse(search)
    return str(error.value)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_every_algorithm_can_be_named_and_survives_being_written_out(name):
    recipe = parse(f"{{algorithm: {name}}}")
    assert kind_of(recipe.evolve.search).name == name
    assert recipe_from(recipe.plain()).evolve.search == recipe.evolve.search


@pytest.mark.parametrize("name", ALGORITHMS)
def test_the_schema_says_what_every_algorithm_takes(name):
    schema = Recipe.model_json_schema()["$defs"]["Evolve"]["properties"]["search"]
    (mine,) = [one for one in schema["anyOf"] if one["properties"]["algorithm"]["const"] == name]
    kind = ALGORITHMS[name]
    assert mine["properties"].keys() == {"algorithm", *kind.settings.model_fields}
    assert mine["additionalProperties"] is False
    assert mine["required"] == ([] if kind is DEFAULT else ["algorithm"])


def test_the_default_is_not_written_out():
    assert "search" not in parse_recipe(TEXT).plain()["evolve"]
    assert "search" not in parse(f"{{algorithm: {DEFAULT.name}}}").plain()["evolve"]
    assert parse("{population: 7}").plain()["evolve"]["search"] == {"population": 7}
    random = {"algorithm": "random", "population": 7}
    assert parse("{algorithm: random, population: 7}").plain()["evolve"]["search"] == random


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("other", ALGORITHMS)
def test_settings_of_another_algorithm_are_refused(name, other):
    foreign = {*ALGORITHMS[other].settings.model_fields} - {*ALGORITHMS[name].settings.model_fields}
    for key in foreign:
        said = told(f"\n    algorithm: {name}\n    {key}: 1")
        assert said.startswith(f"r.yaml:9: evolve.search.{key}: {name} has no such setting; it ")
        assert f"{key} is a setting of" in said
        assert other in said


def test_sigma_under_random_is_refused_with_what_random_takes():
    assert told("\n    algorithm: random\n    sigma: 0.3").startswith(
        "r.yaml:9: evolve.search.sigma: random has no such setting; it takes population (sigma is "
        "a setting of cat-cma-es, cma-es"
    )


@pytest.mark.parametrize(
    ("search", "line", "said"),
    [
        (
            "{algorithm: cmaes}",
            7,
            "no algorithm is called 'cmaes'; there are cat-cma-es, cma-es",
        ),
        ("{algorithm: [random]}", 7, "algorithm: no algorithm is called ['random']"),
        (
            "\n    sgima: 0.2",
            8,
            "cma-es has no such setting; it takes population, sigma and restarts",
        ),
        ("{sgima: 0.2}", 7, "did you mean 'sigma'?"),
        ("{sigma: 2}", 7, "sigma: input should be less than or equal to 1, not 2"),
        ("{population: 1}", 7, "population: input should be greater than or equal to 2, not 1"),
        ("random", 7, "search: must be a mapping such as {algorithm: cma-es}, not 'random'"),
        ("", 7, "search: must be a mapping such as {algorithm: cma-es}, not None"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(search, line, said):
    assert told(search).startswith(f"r.yaml:{line}: evolve.search")
    assert said in told(search)


def test_everything_that_is_wrong_is_told_at_once():
    assert told("{algorithm: random, sigma: 0.3, step: 1}").count("\n") == 1


def test_an_algorithm_without_settings_says_so(monkeypatch):
    class NoSettings(AlgorithmSettings):
        pass

    class OneSetting(AlgorithmSettings):
        odd_step: float = Field(1.0, description="x")

    for name, settings in (("none", NoSettings), ("one", OneSetting)):
        kind = replace(DEFAULT, name=name, settings=settings)
        monkeypatch.setitem(ALGORITHMS, name, kind)
    assert "none has no such setting; it takes none (odd_step is a setting of one)" in told(
        "{algorithm: none, odd_step: 1}"
    )
    recipe = parse("{algorithm: one, odd_step: 2}")
    assert recipe.plain()["evolve"]["search"] == {"algorithm": "one", "odd_step": 2.0}
