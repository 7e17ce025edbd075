"""Offspring of equal weights are scored once, and known by the first recipe that makes them."""

import pytest

from evomerge import evolve, status
from evomerge.ledger import Asked, Ledger, Place
from evomerge.recipe import Genome, parse_recipe
from evomerge.run.evaluation.offspring import KnownOffspring
from tests.run.fakes import prepared
from tests.run.small import TEXT

ONE_MODEL = """\
merge_method: linear
models:
  - {model: zoo:french, parameters: {weight: {gene: {low: 0.0, high: 1.5}}}}
evolve:
  seed: 3
  fitness: [{task: zoo_french, metric: exact_match}]
  splits: {search: 30, validation: 10, test: 30}
  search: {population: 4}
  budget: {evaluations: 8}
  race: %s
"""


@pytest.fixture
def recipes():
    genome = Genome(prepared().recipe)
    return [genome.decode(vector) for vector in ((0.1, 0.2), (0.3, 0.4), (0.1, 0.2))]


class Alike(type(prepared())):
    """All offspring weigh the same."""

    def made_of(self, recipe):
        return "the same"


def test_of_equal_weights_the_first_recipe_names_them_and_stands_for_them(recipes):
    ready = prepared()
    alike = Alike(ready.recipe, {}, ready.content, None, ready.benchmark)
    known = KnownOffspring(set())
    first, second, _ = [known.of(alike, recipe) for recipe in recipes]
    assert first.digest == second.digest == ready.digest(recipes[0])
    assert first.recipe == second.recipe == recipes[0]
    placed = known.of(alike, recipes[1], Place(0, 1, 2))
    assert placed.place == Place(0, 1, 2)


def test_what_an_earlier_session_asked_for_is_known_as_it_was_then(recipes):
    ready = prepared()
    alike = Alike(ready.recipe, {}, ready.content, None, ready.benchmark)
    earlier, known = KnownOffspring(set()), KnownOffspring(set())
    for position, recipe in enumerate(recipes):
        offspring = earlier.of(alike, recipe, Place(0, 0, position))
        asked = Asked(
            position, offspring.place, (), offspring.digest, "sample", made_of=offspring.made_of
        )
        again = known.recalled(lambda recipe=recipe: recipe, asked)
        assert again == offspring
        assert again.recipe == offspring.recipe
    assert known.of(alike, recipes[1]).recipe == recipes[0]


def test_what_was_scored_under_a_name_of_its_own_keeps_it(recipes):
    ready = prepared()
    alike = Alike(ready.recipe, {}, ready.content, None, ready.benchmark)
    own = ready.digest(recipes[1])
    known = KnownOffspring({own})
    assert [known.of(alike, recipe).digest for recipe in recipes] == [
        ready.digest(recipes[0]),
        own,
        ready.digest(recipes[0]),
    ]


@pytest.mark.parametrize("race", ["{error: 0.05}", "false"])
def test_a_gene_without_effect_costs_one_evaluation_and_ends_the_search(tmp_path, race):
    run = evolve(parse_recipe(ONE_MODEL % race), tmp_path / "run", anyway=True)
    facts = status(run.folder)
    assert facts["trials"]["scored"] == facts["cost"]["evaluations"] == 1
    assert "search" not in facts["cost"]["tokens_for"], (
        "its weights are the parent's, which is known"
    )
    (why,) = facts["ended_early"]
    assert why.startswith("the search ended early after 1 of 8 evaluations")
    assert not run.promoted
    card = (run.winner / "README.md").read_text()
    assert "its weights are those of zoo:french" in card
    assert "ended early after 1 of 8 evaluations" in card
    with Ledger(run.folder) as ledger:
        asked = [
            (p.split, p.digest, s.item) for p in ledger.parts(with_scores=True) for s in p.scores
        ]
    assert len(asked) == len(set(asked)) == 70


def test_candidates_that_differ_in_an_idle_gene_alone_are_scored_once(tmp_path):
    idle = "  - {model: zoo:base, parameters: {weight: {gene: {choice: [0.1, 0.2, 0.3]}}}}\n"
    two = "{gene: {choice: [0.5, 1.0]}}"
    text = TEXT.replace("models:\n", "models:\n" + idle).replace("{gene: {low: 0, high: 1.5}}", two)
    run = evolve(parse_recipe(text), tmp_path / "run")
    facts = status(run.folder)
    assert facts["cost"]["evaluations"] <= 4, "two genes of two values make four offspring"
    assert facts["ended_early"]
