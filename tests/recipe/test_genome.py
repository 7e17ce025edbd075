import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.errors import RecipeError
from evomerge.recipe import Gene, Genome, parse_recipe
from evomerge.recipe.coordinate import GRID, decoded, encoded

RECIPE = parse_recipe(
    """
merge_method: ties
base_model: b
models:
  - model: x
    parameters:
      weight: {gene: {low: -0.5, high: 1.5, points: 3}}
      density:
        - {filter: mlp, value: {gene: {low: 0.001, high: 1.0, scale: log}}}
        - value: {gene: {choice: [0.1, 0.5, 0.9]}}
  - {model: y, parameters: {weight: [0, {gene: {low: 0, high: 1, start: 0.25}}]}}
parameters: {normalize: {gene: {choice: [true, false]}}}
"""
)
GENOME = Genome(RECIPE)

coordinates = st.floats(0, 1)
vectors = st.lists(coordinates, min_size=len(GENOME), max_size=len(GENOME)).map(tuple)


def genes():
    """Any gene whose range floats can resolve."""
    values = st.floats(-1e9, 1e9)
    linear = st.tuples(values, values).filter(
        lambda p: p[1] - p[0] > 2e-6 * max(map(abs, p)) and p[1] > p[0] + 1e-300
    )
    positive = st.tuples(st.floats(1e-12, 1e9), st.floats(1.001, 1e9))
    return st.one_of(
        linear.map(lambda p: Gene(low=p[0], high=p[1])),
        positive.map(lambda p: Gene(low=p[0], high=p[0] * p[1], scale="log")),
        st.lists(st.integers(), min_size=1, max_size=9, unique=True).map(
            lambda c: Gene(choice=tuple(c))
        ),
    )


def test_what_is_called_gene_is_none():
    recipe = parse_recipe(
        "merge_method: linear\nmodules: {gene: {models: [{model: a}], parameters: "
        "{weight: {gene: {low: 0, high: 1}}}}}\n"
        "tokenizer: {tokens: {gene: {source: {kind: zero}}}}"
    )
    genome = Genome(recipe)
    assert genome.names == ("modules.gene.parameters.weight",)
    assert genome.decode((0.5,)).vocabulary == recipe.vocabulary


def test_every_gene_is_found_in_the_order_of_its_place():
    assert GENOME.names == (
        "models.0.parameters.density.0.value",
        "models.0.parameters.density.1.value",
        "models.0.parameters.weight[0]",
        "models.0.parameters.weight[1]",
        "models.0.parameters.weight[2]",
        "models.1.parameters.weight.1",
        "parameters.normalize",
    )
    assert GENOME.start == (0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.5)


def test_decoding_puts_values_where_genes_stood():
    recipe = GENOME.decode((0.5, 0.99, 0, 0.5, 1, 0.25, 0.1))
    first, second = recipe.models
    assert first.parameters["weight"] == (-0.5, 0.5, 1.5)
    assert first.parameters["density"][0].value == pytest.approx(math.sqrt(0.001))
    assert first.parameters["density"][1].value == 0.9
    assert second.parameters["weight"] == (0, 0.25)
    assert recipe.parameters["normalize"] is True
    assert len(Genome(recipe)) == 0


@given(vectors)
def test_there_and_back_is_exact(vector):
    snapped = GENOME.snap(vector)
    recipe = GENOME.decode(vector)
    assert GENOME.encode(recipe) == snapped
    assert GENOME.decode(snapped) == recipe
    assert GENOME.snap(snapped) == snapped


@given(genes(), coordinates)
def test_any_gene_round_trips_and_stays_in_range(gene, x):
    value = decoded(gene, x)
    u = encoded(gene, value)
    assert decoded(gene, u) == value
    assert encoded(gene, decoded(gene, u)) == u
    if gene.choice is None:
        assert gene.low <= value <= gene.high
        assert abs(u - x) <= 0.5 / GRID


@given(genes())
def test_the_ends_of_a_range_are_reached(gene):
    if gene.choice is None:
        assert decoded(gene, 0.0) == pytest.approx(gene.low)
        assert decoded(gene, 1.0) == pytest.approx(gene.high)
    else:
        assert (decoded(gene, 0.0), decoded(gene, 1.0)) == (gene.choice[0], gene.choice[-1])


def test_wrong_vectors_and_foreign_recipes_are_refused():
    with pytest.raises(ValueError, match="expected 7 coordinates, got 1"):
        GENOME.decode((0.5,))
    with pytest.raises(ValueError, match="NaN"):
        GENOME.decode((math.nan,) * 7)
    other = parse_recipe("merge_method: linear\nmodels: [{model: x}]")
    with pytest.raises(RecipeError, match="no such value"):
        GENOME.encode(other)


def test_coordinates_gene_by_gene_and_whose_they_are():
    recipe = parse_recipe(
        "merge_method: task_arithmetic\nbase_model: z\nmodels:\n"
        "  - {model: a, parameters: {weight: {gene: {low: 0, high: 1, points: 2}}}}\n"
        "parameters: {lambda: {gene: {low: 0, high: 1}}}"
    )
    genome = Genome(recipe)
    assert genome.gene_names == ("models.0.parameters.weight", "parameters.lambda")
    assert genome.by_gene((0.1, 0.2, 0.3)) == [(0.1, 0.2), (0.3,)]
    assert [genome.owner(number) for number in range(2)] == ["a", None]
