import pytest

from evomerge.recipe import Genome, parse_recipe
from evomerge.recipe.starts import known_starts

TEXT = """\
merge_method: ties
base_model: z
models:
  - {model: z}
  - {model: a, parameters: {weight: {gene: {low: 0, high: 2}}, density: {gene: {low: 0, high: 1}}}}
  - {model: b, parameters: {weight: {gene: {low: 0, high: 2, points: 2}}}}
"""


def starts(old="", new=""):
    assert old in TEXT
    genome = Genome(parse_recipe(TEXT.replace(old, new)))
    return genome, known_starts(genome)


def weights(recipe):
    return {e.model: e.parameters.get("weight") for e in recipe.models if e.model != "z"}


def test_the_average_then_each_parent_alone():
    genome, found = starts()
    assert [weights(genome.decode(vector)) for vector in found] == [
        {"a": 0.5, "b": (0.5, 0.5)},
        {"a": 1.0, "b": (0.0, 0.0)},
        {"a": 0.0, "b": (1.0, 1.0)},
    ]
    densities = {genome.decode(v).models[1].parameters["density"] for v in found}
    assert densities == {0.5}, "where the search begins"


def test_what_lies_beyond_a_genes_range_is_none():
    genome, found = starts("{low: 0, high: 2, points: 2}", "{low: 0.25, high: 2}")
    assert [weights(genome.decode(vector)) for vector in found] == [
        pytest.approx({"a": 0.5, "b": 0.5}, abs=1e-5),
        pytest.approx({"a": 0.0, "b": 1.0}, abs=1e-5),
    ]


def test_rules_by_name_are_weights_too():
    rules = "weight: [{filter: mlp, value: {gene: {low: 0, high: 2}}}, {gene: {low: 0, high: 1}}]"
    genome, found = starts("weight: {gene: {low: 0, high: 2, points: 2}}", rules)
    assert len(found) == 3
    alone = genome.decode(found[2]).models[2].parameters["weight"]
    assert [alone[0].value, alone[1]] == [1.0, 1.0]


def test_a_parent_alone_uses_no_other():
    use = "use: {gene: {choice: [true, false]}}, "
    genome, found = starts("model: a, ", f"model: a, {use}")
    assert weights(genome.decode(found[2])) == {"b": (1.0, 1.0)}


@pytest.mark.parametrize(
    "old, new",
    [
        ("weight: {gene: {low: 0, high: 2, points: 2}}", "weight: 0.5"),
        ("{model: b", "{model: a"),
        ("  - {model: b, parameters: {weight: {gene: {low: 0, high: 2, points: 2}}}}\n", ""),
    ],
)
def test_there_are_none_where_genes_cannot_say_it(old, new):
    assert starts(old, new)[1] == []


def test_a_path_runs_through_each_further_models_layers_alone():
    """Also of an elite, which has joined as a slice of its own."""
    text = """\
merge_method: passthrough
slices:
  - sources: [{model: elite, layer_range: [0, 3]}]
  - sources: [{model: a, layer_range: [0, 1]}]
  - sources: [{model: b, layer_range: [2, 4]}]
  - sources: [{model: a, layer_range: [1, 2]}]
path: {gene: {repeats: 2, scale: {low: 0.5, high: 1.5}}}
"""
    genome = Genome(parse_recipe(text))
    paths = [genome.decode(start).path for start in (genome.start, *known_starts(genome))]
    assert [[step.layer for step in path] for path in paths] == [[0, 1, 2], [3, 6], [4, 5]]
    assert {step.scale for path in paths for step in path} == {1.0}
