"""Genes without effect are found by what they do, and no others."""

from evomerge.merge.composition.idle import idle_genes
from evomerge.merge.parents import open_parents
from evomerge.recipe import parse_recipe

GENE = "{gene: {low: 0.0, high: 1.5}}"


def found(*lines):
    recipe = parse_recipe("\n".join(lines), "r.yaml")
    idle = idle_genes(recipe, open_parents(recipe))
    return [(recipe.at(*gene.place) + gene.name, gene.why) for gene in idle]


def models(*entries, method="task_arithmetic", base="base_model: zoo:base", parameters="{}"):
    listed = [f"  - {{model: zoo:{name}, parameters: {{{more}}}}}" for name, more in entries]
    return found(f"merge_method: {method}", base, f"parameters: {parameters}", "models:", *listed)
