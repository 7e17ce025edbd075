import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import parse_recipe
from evomerge.run.preparation.goals import goals_of

TEXT = """
merge_method: linear
models: [{{model: a, parameters: {{weight: {{gene: {{low: 0, high: 1}}}}}}}}, {{model: b}}]
evolve:
  fitness: [{terms}]
  search: {{algorithm: {algorithm}}}
  budget: {{evaluations: 10}}
"""


def recipe(algorithm, *terms):
    return parse_recipe(TEXT.format(algorithm=algorithm, terms=", ".join(terms)))


SUMS, WORDS = "{task: sums, metric: m}", "{task: words, metric: m, name: spelling}"
HARD = "{task: hard, metric: m, goal: sums}"
TOLD = "{task: told, metric: m, weight: 0}"


def test_each_term_that_counts_is_a_goal_and_those_of_one_name_are_one():
    assert goals_of(recipe("nsga-ii", SUMS, WORDS, HARD, TOLD)) == ("sums", "spelling")


def test_where_the_fitness_is_all_there_are_none():
    for algorithm in ("cma-es", "random", "natural-niches"):
        assert goals_of(recipe(algorithm, SUMS, WORDS)) == ()


@pytest.mark.parametrize(
    "algorithm, terms, told",
    [
        ("nsga-ii", [SUMS, HARD, TOLD], r"nsga-ii searches for 2 goals or more, and .* 1 \(sums\)"),
        (
            "cma-me",
            [f"{{task: t{n}, metric: m}}" for n in range(5)],
            r"cma-me searches for 2 to 4 goals, and the fitness has 5 \(t0, t1, t2, t3, t4\)",
        ),
    ],
)
def test_another_number_than_the_algorithm_is_for_is_refused_with_its_line(algorithm, terms, told):
    with pytest.raises(RecipeError, match=f"recipe>:6: {told}"):
        goals_of(recipe(algorithm, *terms))
