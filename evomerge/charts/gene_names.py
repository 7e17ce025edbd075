"""What genes are called in figures."""

from __future__ import annotations

from evomerge.recipe import Genome
from evomerge.recipe.names import short_names


def gene_labels(genome: Genome) -> list[str]:
    """A short name for each coordinate: the model that it belongs to, and the parameter."""
    short = short_names(genome.recipe.parent_names)
    labels = []
    for number, (place, gene) in enumerate(genome.genes):
        owner = genome.owner(number)
        after = place.index("parameters") + 1 if "parameters" in place else 0
        name = " ".join(map(str, place[after:] if owner else place))
        label = f"{short[owner]} {name}" if owner else name
        labels += [f"{label}[{n}]" if gene.points > 1 else label for n in range(gene.points)]
    return labels if len(set(labels)) == len(labels) else [*genome.names]
