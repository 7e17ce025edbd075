from evomerge.charts.gene_names import gene_labels
from evomerge.recipe import Genome, recipe_from
from tests.charts.runs import TWO


def test_coordinates_are_called_by_their_models():
    assert gene_labels(Genome(recipe_from(TWO))) == ["a weight[0]", "a weight[1]", "b weight"]


def test_genes_of_no_model_are_called_by_their_place():
    plain = {
        "merge_method": "ties",
        "base_model": "a",
        "models": [{"model": "b", "parameters": {"weight": 1.0}}],
        "parameters": {"density": {"gene": {"low": 0, "high": 1}}},
    }
    assert gene_labels(Genome(recipe_from(plain))) == ["parameters density"]
