from evomerge.charts.gene_names import gene_labels
from evomerge.formulas.grammar import parse_formula
from evomerge.recipe import Genome, recipe_from
from tests.charts.runs import TWO


def test_coordinates_are_called_by_their_models():
    labels = gene_labels(Genome(recipe_from(TWO)), (0.5, 0.5, 0.5))
    assert labels == ["a weight[0]", "a weight[1]", "b weight"]


def test_genes_of_no_model_are_called_by_their_place():
    plain = {
        "merge_method": "ties",
        "base_model": "a",
        "models": [{"model": "b", "parameters": {"weight": 1.0}}],
        "parameters": {"density": {"gene": {"low": 0, "high": 1}}},
    }
    assert gene_labels(Genome(recipe_from(plain)), (0.5,)) == ["parameters density"]


def labels_of(formula, words):
    plain = {
        "merge_method": {"formula": {"gene": {"words": words}}},
        "base_model": "a",
        "models": [{"model": "b"}, {"model": "c"}],
    }
    genome = Genome(recipe_from(plain))
    return gene_labels(genome, genome.words.space.encode(parse_formula(formula)))


def test_words_of_a_formula_are_called_by_what_they_are_in_the_best_one():
    assert labels_of("b + mean(keep(d, 0.35))", 8) == [
        "formula word 1 (best: + in b + mean(keep(d, 0.35)))",
        "formula word 2 (best: b in b + mean(keep(d, 0.35)))",
        "formula word 3 (best: mean in b + mean(keep(d, 0.35)))",
        "formula word 4 (best: keep in mean(keep(d, 0.35)))",
        "formula word 5 (best: d in keep(d, 0.35))",
        "formula word 6 (best: 0.35 in keep(d, 0.35))",
        "formula word 7 (best: unused)",
        "formula word 8 (best: unused)",
    ]


def test_of_a_long_step_the_beginning_is_shown():
    first, *rest = labels_of("b + mean(keep(d, 0.35)) * 0.5 + mean(d) * 0.25 + mean(d)", 24)
    assert first == "formula word 1 (best: + in b + mean(keep(d, 0.35)) * 0.5 + mean(d)…)"
    assert len(rest) == 23
