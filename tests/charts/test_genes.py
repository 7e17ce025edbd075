import random

import pytest

from evomerge.charts.genes import DRAWN, gene_figures, gene_labels, importance
from evomerge.ledger import Place, State
from evomerge.recipe import Genome, recipe_from
from evomerge.report.history import History, PastCandidate
from tests.charts.runs import rows

GENE = {"gene": {"low": 0, "high": 2}}
TWO = {
    "merge_method": "linear",
    "models": [
        {
            "model": "/folder/a",
            "parameters": {"weight": {"gene": {"low": 0, "high": 2, "points": 2}}},
        },
        {"model": "/folder/b", "parameters": {"weight": GENE}},
    ],
}


def history(count, fitness, genes=3):
    """Candidates drawn at random, ten a generation."""
    chance = random.Random(1)
    asked = []
    for n in range(count):
        genome = tuple(chance.random() for _ in range(genes))
        asked.append(
            PastCandidate(
                n,
                Place(0, n // 10, n % 10),
                genome,
                f"d{n}",
                "sample",
                (),
                0.0,
                1.0,
                State.SCORED,
                fitness=fitness(genome),
                items=4,
            )
        )
    return History(Genome(recipe_from(TWO)).names, tuple(asked))


def test_the_gene_that_makes_the_score_is_found():
    peak = history(200, lambda x: 1 - (x[1] - 0.5) ** 2)

    found = importance(peak.searched, 3)

    assert found[1] == pytest.approx(1)
    assert max(found[0], found[2]) < 0.1


def test_of_few_candidates_and_of_equal_ones_nothing_is_said():
    assert importance(history(7, sum).searched, 3) == [0, 0, 0]
    assert importance(history(50, lambda x: 0.5).searched, 3) == [0, 0, 0]


def test_coordinates_are_called_by_their_models():
    assert gene_labels(Genome(recipe_from(TWO))) == ["a weight[0]", "a weight[1]", "b weight"]


def test_values_are_those_of_the_genes_and_spread_is_of_all_candidates():
    drawn = {figure.name: figure for figure in gene_figures(history(30, sum), TWO)}

    along = drawn["gene_2_along"]
    assert len(rows(along, "points")) == 30
    assert [row["generation"] for row in rows(along, "spread")] == [0, 1, 2]
    own = [c.genome[2] * 2 for c in history(30, sum).candidates[:10]]
    assert rows(along, "spread")[0]["mean"] == pytest.approx(sum(own) / 10, abs=1e-5)
    against = rows(drawn["gene_2_against"])
    assert [row["fitness"] for row in against] == [
        sum(c.genome) for c in history(30, sum).candidates
    ]


def test_of_many_candidates_a_sample_is_drawn_and_said_to_be():
    figure = next(f for f in gene_figures(history(DRAWN + 1, sum), TWO) if f.name == "gene_0_along")

    assert len(rows(figure, "points")) <= DRAWN
    assert f"of {DRAWN + 1} candidates are drawn" in figure.note


def test_a_choice_is_drawn_by_its_names():
    plain = {
        "merge_method": {"gene": {"choice": ["linear", "ties"]}},
        "base_model": "a",
        "models": [{"model": "b", "parameters": {"weight": 1.0}}],
    }
    past = history(20, sum, genes=1)
    named = History(Genome(recipe_from(plain)).names, past.candidates)

    figure = next(f for f in gene_figures(named, plain) if f.name == "gene_0_against")

    assert {row["value"] for row in rows(figure)} == {"linear", "ties"}
