"""Weights by the information that each parent has: its share of a tensor's Fisher information."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import torch

from evomerge.cores import Cores
from evomerge.merge.calibration.calibration import Calibration
from evomerge.merge.plan.plan import make_plan
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.preparation.starting.influence import Floats, Influence, Weighing
from evomerge.search import Vector
from evomerge.weights import Parent


def fisher_start(
    recipe: Recipe, influence: Influence, parents: Mapping[str, Parent], device: torch.device
) -> Vector:
    """The genome nearest to weights tr F_i / sum_j tr F_j on each tensor, which count by elements.

    That is 2111.09832 with one weight a tensor instead of one an element.

    Args:
        recipe: without genes, with calibration texts; where the search begins.

    Returns:
        Shape (n,).

    Raises:
        RecipeError, ParentError: as :class:`evomerge.merge.calibration.calibration.Calibration`.
    """
    by_information = recipe_from({**recipe.plain(), "merge_method": "fisher"}, recipe.source)
    plan = make_plan(by_information, parents)
    with Cores.on(device) as cores:
        known = Calibration(parents, device).statistics(by_information, plan, cores)

    def terms() -> Iterator[tuple[Weighing, Floats, Floats]]:
        for weighing in influence.weighings():
            inputs = weighing.operation.inputs
            found = [known[i.parent].get(i.tensor) for i in inputs]
            traces = np.array([0.0 if f is None else float(f.double().sum()) for f in found])
            if all(f is not None for f in found) and traces.sum() > 0:
                elements = next(f for f in found if f is not None).numel()
                shares = traces / traces.sum()
                yield weighing, elements * np.eye(len(inputs)), elements * shares

    return influence.nearest(terms())
