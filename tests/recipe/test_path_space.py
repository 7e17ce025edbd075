"""Paths as genes: the coordinates, and the way there and back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.errors import RecipeError
from evomerge.recipe import Genome, parse_recipe, recipe_from
from evomerge.recipe.layer_path import PathGenes
from evomerge.recipe.path_space import INCLUDE, PATH, SCALE, PathSpace

STACKED = """\
merge_method: passthrough
slices:
  - sources: [{model: a, layer_range: [0, 3]}]
  - sources: [{model: b, layer_range: [0, 2]}]
path: {gene: %s}
"""


def genome(gene):
    return Genome(parse_recipe(STACKED % gene))


PLAIN = genome("{repeats: 2}")
MATRIX = genome("{repeats: 2, scale: {low: 0.5, high: 1.5}}")
NETWORK = genome("{repeats: 2, scale: {low: 0.5, high: 1.5, by: network, hidden: 3}}")


def vectors(of):
    return st.lists(st.floats(0, 1), min_size=len(of), max_size=len(of))


def path(recipe):
    return [(step.layer, step.scale) for step in recipe.path]


def on(of, *slots):
    """A vector that has these slots and scales of 1."""
    vector = list(of.start)
    for slot in range(10):
        vector[slot] = 0.75 if slot in slots else 0.25
    return vector


def test_a_gene_for_each_slot_and_for_each_pair_of_layers():
    assert PLAIN.names == tuple(f"path.include.{slot}" for slot in range(10))
    assert PLAIN.choices == (2,) * 10
    assert len(MATRIX) == 10 + 25
    assert MATRIX.names[10:12] == ("path.scale.0.0", "path.scale.0.1")
    assert MATRIX.choices == (2,) * 10 + (0,) * 25
    assert len(NETWORK) == 10 + 5 * 3 + 1
    # In one time through the layers none follows itself or a later one.
    assert len(genome("{scale: {low: 0.5, high: 1.5}}")) == 5 + 10


@pytest.mark.parametrize("of", [PLAIN, MATRIX, NETWORK], ids=["plain", "matrix", "network"])
def test_a_search_starts_at_the_first_parents_own_path(of):
    assert path(of.decode(of.start)) == [(0, 1), (1, 1), (2, 1)]
    assert of.encode(of.decode(of.start)) == of.start


def test_the_first_parent_is_the_one_that_gives_the_config():
    recipe = parse_recipe(
        (STACKED % "{repeats: 1}").replace("passthrough", "passthrough\nbase_model: b")
    )
    assert path(Genome(recipe).decode(Genome(recipe).start)) == [(3, 1), (4, 1)]
    twice = parse_recipe((STACKED % "{repeats: 1}").replace("model: b", "model: a"))
    assert path(Genome(twice).decode(Genome(twice).start)) == [(0, 1), (1, 1), (2, 1)]


def test_the_path_runs_through_the_slots_in_their_order():
    assert path(PLAIN.decode(on(PLAIN, 1, 4, 5, 6, 9))) == [(1, 1), (4, 1), (0, 1), (1, 1), (4, 1)]


def test_no_layer_at_all_is_where_a_search_starts():
    assert PLAIN.decode([0.25] * 10) == PLAIN.decode(PLAIN.start)


def test_a_matrix_scales_by_the_layer_before_and_the_layer():
    vector = on(MATRIX, 0, 1, 5, 6)
    vector[MATRIX.names.index("path.scale.0.1")] = 0.25
    vector[MATRIX.names.index("path.scale.1.0")] = 1.0
    assert path(MATRIX.decode(vector)) == [(0, 1), (1, 0.75), (0, 1.5), (1, 0.75)]


def test_a_network_scales_by_layers_and_step():
    """One hidden unit, computed by hand: tanh(v tanh(b + w x) + c) spread over the range."""
    of = genome("{repeats: 2, scale: {low: 0.5, high: 1.5, by: network, hidden: 1}}")
    weights = [0.5, -1.0, 0.25, 1.0, 0.75, -0.125]
    vector = on(of, 2, 3, 8)
    vector[10:] = [(weight + 1) / 2 for weight in weights]

    def scale(i, j, step):
        hidden = math.tanh(0.5 - i / 5 + 0.25 * j / 5 + step / 10)
        return 1 + math.tanh(0.75 * hidden - 0.125) * 0.5

    expected = [(2, 1), (3, scale(2, 3, 1)), (3, scale(3, 3, 2))]
    for (layer, found), (wanted, by_hand) in zip(path(of.decode(vector)), expected, strict=True):
        assert (layer, found) == (wanted, pytest.approx(by_hand, abs=1e-6))


@given(vectors(MATRIX))
def test_encoding_gives_a_vector_that_decodes_to_the_same(vector):
    recipe = MATRIX.decode(vector)
    again = MATRIX.encode(recipe)
    assert MATRIX.decode(again) == recipe
    assert MATRIX.encode(MATRIX.decode(again)) == again
    assert MATRIX.decode(MATRIX.snap(vector)) == recipe
    assert recipe_from(recipe.plain()) == recipe
    assert len(Genome(recipe)) == 0


@given(vectors(PLAIN))
def test_so_it_does_without_scales(vector):
    assert PLAIN.decode(PLAIN.encode(PLAIN.decode(vector))) == PLAIN.decode(vector)


@given(vectors(NETWORK))
def test_a_networks_scales_are_within_the_range(vector):
    for _, scale in path(NETWORK.decode(vector)):
        assert 0.5 <= scale <= 1.5


def test_what_no_genome_stands_for_is_told():
    space = PathSpace(3, frozenset({0}), PathGenes(repeats=2))
    assert sum(map(bool, space.values([{"layer": 2}, {"layer": 1}]).values())) == 2
    with pytest.raises(RecipeError, match="3 layers more than 2 times"):
        space.values([{"layer": 1}] * 3)
    with pytest.raises(RecipeError, match="3 layers more than 2 times"):
        space.values([{"layer": 3}])
    with pytest.raises(RecipeError, match=r"no gene gives layer 2 the scale 0\.5"):
        space.values([{"layer": 1}, {"layer": 2, "scale": 0.5}])
    with pytest.raises(RecipeError, match="is not between"):
        MATRIX.encode(
            parse_recipe(STACKED.replace("{gene: %s}", "[{layer: 0}, {layer: 1, scale: 3}]"))
        )


def test_weights_and_paths_are_one_genome():
    text = (STACKED % "{repeats: 1}").replace(
        "layer_range: [0, 2]", "layer_range: [0, 2], parameters: {scale: {gene: {low: 0, high: 1}}}"
    )
    of = Genome(parse_recipe(text))
    assert of.names[-1] == "slices.1.sources.0.parameters.scale"
    recipe = of.decode([0.75] * 5 + [0.5])
    assert path(recipe) == [(layer, 1) for layer in range(5)]
    assert recipe.slices[1].sources[0].parameters["scale"] == 0.5
    assert of.encode(recipe) == (0.75,) * 5 + (0.5,)


def test_no_scale_is_looked_at_that_the_path_does_not_have():
    asked = []

    def value(place):
        asked.append(place)
        return place[2] in (0, 3, 6) if place[1] == INCLUDE else 1.25

    space = MATRIX.recipe.path_space()
    steps = space.steps(value)
    assert [step["layer"] for step in steps] == [0, 3, 1]
    assert [place for place in asked if place[1] == SCALE] == [
        (PATH, SCALE, 0, 3),
        (PATH, SCALE, 3, 1),
    ]


@given(vectors(MATRIX), st.integers(3, 10))
def test_a_path_has_its_first_layers_where_it_would_have_too_many(vector, longest):
    short = genome(f"{{repeats: 2, longest: {longest}, scale: {{low: 0.5, high: 1.5}}}}")
    assert short.names == MATRIX.names
    whole, cut = path(MATRIX.decode(vector)), path(short.decode(vector))
    assert cut == whole[:longest]
    again = short.encode(short.decode(vector))
    assert path(short.decode(again)) == cut


def test_a_path_that_is_too_long_is_none_of_these():
    long = MATRIX.decode(on(MATRIX, 0, 1, 2, 3, 4))
    with pytest.raises(RecipeError, match="path: has 5 layers, and 4 are the most"):
        genome("{repeats: 2, longest: 4, scale: {low: 0.5, high: 1.5}}").encode(long)
    with pytest.raises(
        RecipeError, match=r"path.gene.longest: the search starts with the 3 layers"
    ):
        genome("{longest: 2}")
    assert genome("{longest: 99}").recipe.path_space().longest == 5
