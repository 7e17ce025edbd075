import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Gene
from evomerge.recipe.coordinate import GRID, decoded, encoded


def test_a_range_has_both_its_ends_and_steps_between_them():
    gene = Gene(low=-1, high=3)
    assert [decoded(gene, x) for x in (0, 0.25, 1, 7)] == [-1, 0, 3, 3]
    assert decoded(gene, 0.3 / GRID) == -1
    assert encoded(gene, decoded(gene, 0.3)) == round(0.3 * GRID) / GRID


def test_a_choice_is_encoded_as_its_middle():
    gene = Gene(choice=("a", "b", "c", "d"))
    assert [decoded(gene, x) for x in (0, 0.3, 1)] == ["a", "b", "d"]
    assert encoded(gene, "c") == 0.625


def test_what_a_gene_cannot_be_is_told_with_its_place():
    for gene in (Gene(low=0, high=1), Gene(choice=(1, 2))):
        with pytest.raises(RecipeError, match=r"^models\.0: 3"):
            encoded(gene, 3, ("models", 0))
