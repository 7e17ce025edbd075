from evomerge.recipe import Genome, parse_recipe
from evomerge.report.genes import genes_of

TEXT = """\
merge_method: task_arithmetic
base_model: base
models:
  - {model: base}
  - {model: a, parameters: {weight: {gene: {low: 0, high: 1, points: 2}}}}
  - {model: b, parameters: {weight: [{filter: mlp, value: {gene: {low: 0, high: 1}}}, 1]}}
parameters: {normalize: {gene: {choice: [true, false]}}}
"""


def found(made):
    recipe = parse_recipe(TEXT)
    return genes_of(recipe.plain(), made(recipe))


FOUND = {
    "models.1.parameters.weight": [0.25, 0.5],
    "models.2.parameters.weight.0.value": 0.75,
    "parameters.normalize": True,
}


def test_the_value_of_each_gene_by_its_place():
    decoded = found(lambda r: Genome(r).decode([0.25, 0.5, 0.75, 0.1]).plain())
    assert decoded == FOUND


def test_elites_that_joined_have_genes_of_their_own():
    def made(recipe):
        plain = Genome(recipe).decode([0.25, 0.5, 0.75, 0.1]).plain()
        plain["models"].append({"model": "elites/1", "parameters": {"weight": [0.0, 1.0]}})
        return plain

    joined = {"models.3.parameters.weight": [0.0, 1.0]}
    assert found(made) == {**FOUND, **joined}


def test_a_parent_that_won_has_what_its_recipe_has():
    alone = {"merge_method": "linear", "models": [{"model": "a", "parameters": {"weight": 1.0}}]}
    assert found(lambda recipe: alone) == {}


def test_all_genes_of_a_path_have_the_path():
    text = """\
merge_method: passthrough
slices:
  - sources:
      - {model: a, layer_range: [0, 3], parameters: {scale: {gene: {low: 0, high: 1}}}}
path: {gene: {repeats: 2, scale: {low: 0.5, high: 1.5}}}
"""
    recipe = parse_recipe(text)
    genome = Genome(recipe)
    vector = [*genome.start]
    vector[genome.names.index("path.include.3")] = 0.75
    vector[genome.names.index("path.scale.2.0")] = 0.25
    made = genome.decode(vector)
    assert genes_of(recipe.plain(), made.plain()) == {
        "path": ["0", "1", "2", "0 (0.75)"],
        "slices.0.sources.0.parameters.scale": 0.5,
    }
