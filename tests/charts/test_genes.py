import pytest

from evomerge.charts.genes import DRAWN, gene_figures
from evomerge.recipe import Genome, recipe_from
from evomerge.report.history import RunHistory
from tests.charts.runs import TWO, history_of, rows


def test_values_are_those_of_the_genes_and_spread_is_of_all_candidates():
    drawn = {figure.name: figure for figure in gene_figures(history_of(30, sum), TWO)}

    along = drawn["gene_2_along"]
    assert len(rows(along, "points")) == 30
    assert [row["generation"] for row in rows(along, "spread")] == [0, 1, 2]
    own = [c.genome[2] * 2 for c in history_of(30, sum).candidates[:10]]
    assert rows(along, "spread")[0]["mean"] == pytest.approx(sum(own) / 10, abs=1e-5)
    against = rows(drawn["gene_2_against"])
    assert [row["fitness"] for row in against] == [
        sum(c.genome) for c in history_of(30, sum).candidates
    ]


def test_of_many_candidates_a_sample_is_drawn_and_said_to_be():
    figure = next(
        f for f in gene_figures(history_of(DRAWN + 1, sum), TWO) if f.name == "gene_0_along"
    )

    assert len(rows(figure, "points")) <= DRAWN
    assert f"of {DRAWN + 1} candidates are drawn" in figure.note


def test_a_choice_is_drawn_by_its_names():
    plain = {
        "merge_method": {"gene": {"choice": ["linear", "ties"]}},
        "base_model": "a",
        "models": [{"model": "b", "parameters": {"weight": 1.0}}],
    }
    past = history_of(20, sum, genes=1)
    named = RunHistory(Genome(recipe_from(plain)).names, past.candidates)

    figure = next(f for f in gene_figures(named, plain) if f.name == "gene_0_against")

    assert {row["value"] for row in rows(figure)} == {"linear", "ties"}
