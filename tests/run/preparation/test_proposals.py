"""A language model that proposes formulas: what it is sent, and what is made of what it says."""

import pytest

from evomerge.errors import RecipeError, Stopped
from evomerge.permissions import Permissions
from evomerge.recipe import Genome, parse_recipe
from evomerge.run.preparation.proposals import proposer_of, read, with_proposals
from tests.score.judges.served import serving

TEXT = """\
merge_method:
  formula:
    gene:
      words: 12
      start: b + sum(w * d)
      starts: [mean(theta)]
      proposer: {url: "%s", model: clever, formulas: 4}
  names: {w: 1}
base_model: zoo:base
models:
  - {model: zoo:arithmetic, parameters: {w: {gene: {low: 0, high: 1.5}}}}
  - {model: zoo:largest, parameters: {w: {gene: {low: 0, high: 1.5}}}}
evolve:
  fitness: [{task: zoo_largest, metric: acc}]
  splits: {search: 12, validation: 8, test: 20}
  search: {algorithm: genetic-programming, population: 4}
  budget: {evaluations: 4}
  elites: 1
"""
SAID = (
    """Here are some:
1. b + median(w * d)
- `b + sum(d * w)`
2) largest(theta)
b + mean(d) * cosine(d)
__import__("os").system("true")
<script>alert(1)</script>
\x1b[31mb\x1b[0m
b + 2 * sum(d)
b + sum(d * d * d * d * d * d * d)
"""
    + "(" * 100_000
)


def recipe_at(url):
    return parse_recipe(TEXT % url, "r.yaml")


def allowing(url):
    return Permissions(allow_judges=(url.removeprefix("http://").removesuffix("/v1"),))


def test_what_it_says_is_read_by_the_grammar_and_the_rest_dropped():
    genome = Genome(recipe_at("http://localhost:1/v1"))
    found = [*read(SAID, genome.words.texts, genome.wanted)]
    assert found == ["b + median(w * d)", "largest(theta)", "b + mean(d) * cosine(d)"]


@pytest.mark.parametrize("said", ["", "\n" * 10**5, "I cannot help with that.", "b + sum(w * d)"])
def test_nothing_may_be_found(said):
    genome = Genome(recipe_at("http://localhost:1/v1"))
    assert [*read(said, genome.words.texts, genome.wanted)] == []


def test_it_is_asked_once_with_words_and_names_and_nothing_of_the_tasks():
    with serving(lambda asked, n: SAID) as server:
        made = with_proposals(recipe_at(server.url), allowing(server.url))
    (asked,) = server.asked
    assert asked.body["model"] == "clever"
    for part in ("Write 4 other", "w: a number of each model", "keep(x, p)", "mean(theta)"):
        assert part in asked.prompt
    assert "zoo" not in asked.prompt
    assert made.merge_method.formula.gene.starts == (
        "mean(theta)",
        "b + median(w * d)",
        "largest(theta)",
        "b + mean(d) * cosine(d)",
    )
    assert proposer_of(made) is None


def test_it_is_asked_only_where_the_user_allows_it():
    with pytest.raises(RecipeError, match=r"r.yaml:7: .* --allow-judge localhost:1$"):
        with_proposals(recipe_at("http://localhost:1/v1"), Permissions())


def test_one_that_cannot_be_asked_stops_the_run():
    with serving(lambda asked, n: (401, "no")) as server, pytest.raises(Stopped, match="401"):
        with_proposals(recipe_at(server.url), allowing(server.url))


def test_a_recipe_without_one_is_left_alone():
    recipe = parse_recipe("merge_method: {formula: mean(theta)}\nmodels: [{model: A}]")
    assert with_proposals(recipe, Permissions()) is recipe
