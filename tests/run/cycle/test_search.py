import sys
from dataclasses import replace

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Genome, parse_recipe
from evomerge.run.cycle import search as module
from evomerge.run.cycle.search import Search
from evomerge.search import Outcome
from evomerge.search.algorithms import ALGORITHMS

TEXT = """
merge_method: linear
models:
  - {model: a, parameters: {weight: {gene: {low: 0, high: 2}}}}
  - {model: b, parameters: {weight: {gene: {low: 0, high: 2}}}}
"""


def weights(recipe):
    return [entry.parameters["weight"] for entry in recipe.models]


def recipes(search):
    return [search.recipe_of(candidate) for candidate in search.ask()]


def with_search(settings):
    return parse_recipe(
        f"{TEXT}evolve: {{seed: 5, fitness: [{{task: t, metric: m}}], budget: {{minutes: 1}}, "
        f"search: {settings}}}"
    )


def test_recipes_are_proposed_and_improve():
    search = Search(parse_recipe(TEXT), seed=3)
    for _ in range(40):
        candidates = search.ask()
        assert len(candidates) == search.population
        for candidate in candidates:
            recipe = search.recipe_of(candidate)
            assert not len(Genome(recipe))
            search.tell(candidate, Outcome((-sum((w - 0.4) ** 2 for w in weights(recipe)),)))
    assert weights(search.mean()) == pytest.approx([0.4, 0.4], abs=1e-3)


def test_the_seed_decides():
    text = parse_recipe(TEXT)
    assert recipes(Search(text, seed=1)) == recipes(Search(text, seed=1))
    assert recipes(Search(text, seed=1)) != recipes(Search(text, seed=2))


def test_the_recipes_settings_are_followed():
    search = Search(with_search("{algorithm: random, population: 7}"))
    assert search.population == 7
    assert len(search.ask()) == 7
    assert len(search.ask(3)) == 3
    assert search.mean() is None


def test_without_genes_there_is_nothing_to_search():
    with pytest.raises(RecipeError, match="no genes"):
        Search(parse_recipe("merge_method: linear\nmodels: [{model: a}]"))


def test_an_algorithm_for_several_goals_is_refused_where_there_is_one_with_its_line():
    with pytest.raises(RecipeError, match=r"recipe>:6: nsga-ii searches for 2 goals or more, and"):
        Search(with_search("{algorithm: nsga-ii}"))


def problem_of(monkeypatch, algorithm, recipe, starts=()):
    told, kind = [], ALGORITHMS[algorithm]

    def make(problem, settings, seed):
        told.append(problem)
        return kind.make(problem, settings, seed)

    monkeypatch.setattr(module, "kind_of", lambda settings: replace(kind, make=make))
    Search(recipe, starts=starts)
    return told[0]


def test_an_algorithm_that_begins_with_many_gets_the_average_and_each_parent(monkeypatch):
    problem = problem_of(monkeypatch, "random", parse_recipe(TEXT))
    assert problem.start == (0.5, 0.5)
    assert problem.starts == ((0.25, 0.25), (0.5, 0.0), (0.0, 0.5))


def test_one_that_begins_around_a_genome_gets_none_but_those_that_are_named(monkeypatch):
    for algorithm in ("cma-es", "snes"):
        problem = problem_of(monkeypatch, algorithm, parse_recipe(TEXT))
        assert (problem.start, problem.starts) == ((0.5, 0.5), ())
        starts = [(0.25, 0.75), (0.0, 1.0)]
        problem = problem_of(monkeypatch, algorithm, parse_recipe(TEXT), starts)
        assert (problem.start, problem.starts) == ((0.25, 0.75), ((0.0, 1.0),))


def test_those_that_are_named_come_before_parents(monkeypatch):
    problem = problem_of(monkeypatch, "random", parse_recipe(TEXT), [(1.0, 1.0), (0.75, 0.5)])
    assert problem.start == (1.0, 1.0)
    assert problem.starts[:2] == ((0.75, 0.5), (0.25, 0.25))


def test_its_genes_that_choose_are_told_to_the_algorithm(monkeypatch):
    told = []
    kind = ALGORITHMS["cma-es"]

    def make(problem, settings, seed):
        told.append(problem)
        return kind.make(problem, settings, seed)

    monkeypatch.setattr(module, "kind_of", lambda settings: replace(kind, make=make))
    Search(parse_recipe(TEXT.replace("{low: 0, high: 2}", "{choice: [0.5, 1.0, 2.0]}", 1)))
    (problem,) = told
    assert (problem.start, problem.choices, problem.goals) == ((0.5, 0.5), (3, 0), 0)


def test_a_package_that_an_algorithm_lacks_is_told_with_its_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(RecipeError) as told:
        Search(with_search("{algorithm: tpe}"))
    assert str(told.value) == (
        "<recipe>:6: tpe needs the package optuna, which is not installed: "
        "pip install 'evomerge[search]'"
    )
