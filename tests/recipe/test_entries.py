import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Genome, parse_recipe

ONE = """\
merge_method: passthrough
slices:
  - sources: [{model: a, layer_range: [%s, %s]}]
"""
TWO = """\
merge_method: linear
slices:
  - sources:
      - {model: a, layer_range: [%s, 4]}
      - {model: b, layer_range: [2, 5]}
"""


def test_a_source_has_the_layers_from_the_first_to_the_end():
    (part,) = parse_recipe(ONE % (1, 4)).slices
    assert part.sources[0].layers == range(1, 4)
    assert not part.sources[0].is_open


def test_where_they_begin_and_end_may_be_genes():
    recipe = parse_recipe(ONE % ("{gene: {choice: [0, 1, 2]}}", "{gene: {choice: [3, 4]}}"))
    source = recipe.slices[0].sources[0]
    assert source.is_open
    with pytest.raises(TypeError, match="decode the genome"):
        _ = source.layers
    genome = Genome(recipe)
    assert genome.choices == (3, 2)
    made = genome.decode([0.9, 0.1])
    assert made.slices[0].sources[0].layers == range(2, 3)
    assert genome.decode(genome.encode(made)) == made


@pytest.mark.parametrize(
    "first, end, told",
    [
        (2, 2, r"layer_range \[2, 2\] holds no layer"),
        ("{gene: {choice: [0, 3]}}", "{gene: {choice: [3, 4]}}", r"\[3, 3\] holds no layer"),
        ("{gene: {choice: [0.5]}}", 3, "a bound of layer_range is a number"),
        ("{gene: {low: 0, high: 2}}", 3, "a bound of layer_range is a number"),
        ("{gene: {choice: [0, 1], points: 2}}", 3, "a bound of layer_range is a number"),
        (-1, 3, "greater than or equal to 0"),
    ],
)
def test_every_choice_must_hold_a_layer(first, end, told):
    with pytest.raises(RecipeError, match=f"<recipe>:3: .*{told}"):
        parse_recipe(ONE % (first, end))


def test_sources_of_a_slice_have_equally_many_layers():
    assert len(parse_recipe(TWO % 1).slices[0].sources) == 2
    with pytest.raises(RecipeError, match="equally many layers"):
        parse_recipe(TWO % 2)
    with pytest.raises(RecipeError, match="only a slice of one source"):
        parse_recipe(TWO % "{gene: {choice: [0, 1]}}")
