"""What a recipe may say of questions and answers, and what is refused with its line."""

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Asking, FitnessTerm, parse_recipe

TEXT = """\
merge_method: linear
models:
  - {model: A, parameters: {weight: {gene: {low: 0, high: 1}}}}
  - {model: B, parameters: {weight: {gene: {low: 0, high: 1}}}}
evolve:
  budget: {evaluations: 10}
  apply_chat_template: true
  ALL
  fitness:
    - {task: t, metric: m, TERM}
"""


def recipe(term="weight: 1", everyone="seed: 0"):
    return parse_recipe(TEXT.replace("TERM", term).replace("ALL", everyone), "r.yaml")


def test_a_term_says_otherwise_than_the_recipe_does_for_all():
    everyone = "chat_template_args: {enable_thinking: false, effort: [low, 1]}\n  think_end: </t>"
    evolve = recipe('system: "", think_end: </x>', everyone + "\n  system: Be brief.").evolve
    (_, term), *_ = evolve.terms
    assert evolve.asking_of(term) == Asking(
        system="",
        chat_template_args={"enable_thinking": False, "effort": ["low", 1]},
        think_end="</x>",
    )
    assert recipe().evolve.asking_of(recipe().evolve.fitness[0]) == Asking()


def test_what_is_not_said_changes_no_recipe():
    assert recipe().plain()["evolve"]["fitness"] == [{"task": "t", "metric": "m"}]


def test_one_stop_string_is_a_list_of_one():
    assert FitnessTerm(task="t", metric="m", until="\n").until == ("\n",)
    assert FitnessTerm(task="t", metric="m", until=["a", "b"]).until == ("a", "b")
    assert FitnessTerm(task="t", metric="m", until=[]).until == ()


@pytest.mark.parametrize("limit", [1, 10, 0.5])
def test_a_limit_is_a_count_or_a_share(limit):
    assert FitnessTerm(task="t", metric="m", limit=limit).limit == limit


@pytest.mark.parametrize("way", ["mean", "maj@8", "pass@1", "filter"])
def test_ways_to_make_one_score_of_several(way):
    term = FitnessTerm(task="t", metric="m", repeats=8, temperature=0.7, reduce=way)
    assert term.generation == {"temperature": 0.7, "repeats": 8, "reduce": way}


@pytest.mark.parametrize(
    "term, problem",
    [
        ("max_gen_toks: 0", "greater than or equal to 1"),
        ("until: ['']", "at least 1 character"),
        ("limit: 0", "greater than 0"),
        ("limit: 1.5", "less than 1"),
        ("temperature: -1", "greater than or equal to 0"),
        ("top_p: 0", "greater than 0"),
        ("repeats: 4, temperature: 0", "are all the same; give a temperature"),
        ("reduce: maj", "reduce 'maj': there are mean, maj@N, pass@N, or filter"),
        ("reduce: pass@0", "there are mean, maj@N, pass@N, or filter"),
        ("chat_template_args: {tokenize: true}", "tokenize is decided by evomerge itself"),
        ("chat_template_args: {x: .inf}", "finite"),
        ("samples: 4", "say repeats: N"),
        ("think_end_token: x", "say think_end"),
        ("system_instruction: x", "say system"),
        ("enable_thinking: false", "say chat_template_args: {enable_thinking: false}"),
        ("generation_kwargs: {until: x}", "stand in the term itself"),
        ("do_sample: true", "a temperature above 0 draws answers"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(term, problem):
    with pytest.raises(RecipeError) as caught:
        recipe(term)
    assert str(caught.value).startswith("r.yaml:10: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize("key", ["temperature: 0.5", "repeats: 2", "reduce: mean", "top_k: 3"])
def test_what_draws_no_answers_is_told_nothing_of_drawing(key):
    name, value = key.split(": ")
    with pytest.raises(ValueError, match=f"gold_logprob draws no answers: {name}"):
        FitnessTerm(task="t", metric="gold_logprob", **{name: value})


@pytest.mark.parametrize("name, value", [("until", "x"), ("system", "x"), ("think_end", "x")])
def test_nothing_is_asked_about_a_text(name, value):
    with pytest.raises(ValueError, match=f"nothing is asked about a text: {name} has no effect"):
        FitnessTerm(text="t.txt", **{name: value})
    assert FitnessTerm(text="t.txt", limit=3).limit == 3
