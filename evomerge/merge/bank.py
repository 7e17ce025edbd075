"""The parents held ready in memory, and offspring written from them into a live model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch

from evomerge.cores import Cores
from evomerge.errors import ParentError
from evomerge.merge.blend import Blender
from evomerge.merge.live import LiveModel
from evomerge.merge.plan import Operation, make_plan
from evomerge.recipe import Recipe
from evomerge.weights import Checkpoint, Parent, Spec, Tensors, offspring_config

GPU_SHARE = 0.6
"""Most of a GPU's free memory that parents may take; they stay mapped files if they need more."""


class Held:
    """Tensors computed or moved once and kept."""

    def __init__(self, tensors: Tensors, device: torch.device) -> None:
        self.specs: dict[str, Spec] = tensors.specs
        self.content_hash = tensors.content_hash
        self._kept = {name: tensors.tensor(name).to(device) for name in tensors.specs}

    def tensor(self, name: str) -> torch.Tensor:
        """One tensor; not to be written to."""
        return self._kept[name]


class Bank:
    """Parents ready for one offspring after the other.

    On the CPU checkpoints stay mapped files, which all workers of a host share; LoRA parents are
    computed once. On a GPU parents are kept on it where they fit.
    """

    def __init__(self, parents: Mapping[str, Parent], device: torch.device) -> None:
        self.device = device
        keep = device.type == "cuda" and _fits(parents, device)
        self.parents = {
            name: replace(parent, tensors=Held(parent.tensors, device))
            if keep or not isinstance(parent.tensors, Checkpoint)
            else parent
            for name, parent in parents.items()
        }
        self._key: tuple[str, torch.dtype, tuple[int, ...] | None] | None = None
        self._live: LiveModel | None = None

    def write(self, recipe: Recipe, cores: Cores) -> LiveModel:
        """Write a recipe's offspring into the live model and return it.

        The next offspring of the same template, type and depth goes into the same model.

        Raises:
            TrialError: the offspring has values that are not finite.
        """
        plan = make_plan(recipe, self.parents)
        blender = Blender(recipe, plan, self.parents, self.device)
        specs = {operation.name: blender.spec(operation) for operation in plan.operations}
        live = self._live_model(recipe, specs, plan.layers)
        bound = live.bind(specs)

        def make(operation: Operation) -> None:
            bound[operation.name].copy_(blender.make(operation))

        wanted = [operation for operation in plan.operations if operation.name in bound]
        for _ in cores.map(make, wanted):
            pass
        return live

    def _live_model(
        self, recipe: Recipe, specs: Mapping[str, Spec], layers: tuple[int, ...] | None
    ) -> LiveModel:
        dtype, name = main_dtype(specs), template_of(recipe)
        if self._live is None or self._key != (name, dtype, layers):
            self._live = None  # one at a time: its memory goes to the next
            template = self.parents[name]
            config = offspring_config(template.config, str(dtype).removeprefix("torch."), layers)
            self._live = LiveModel(template, config, dtype, self.device)
            self._key = (name, dtype, layers)
        return self._live


def check_live(parent: Parent) -> None:
    """Check that a parent's tensors fill the model that its config describes.

    Raises:
        ParentError: transformers does not know the architecture, or tensors are missing, left
            over, or of another shape.
    """
    specs = parent.tensors.specs
    dtype = main_dtype(specs)
    config = offspring_config(parent.config, str(dtype).removeprefix("torch."), None)
    LiveModel(parent, config, dtype, torch.device("meta")).bind(specs)


def template_of(recipe: Recipe) -> str:
    """The parent that gives config, generation config and tokenizer: the base, or the first."""
    return recipe.base_model or recipe.entries[0].model


def main_dtype(specs: Mapping[str, Spec]) -> torch.dtype:
    """The type that most of the offspring's bytes have."""
    sizes: dict[torch.dtype, int] = {}
    for spec in specs.values():
        if spec.dtype.is_floating_point:
            sizes[spec.dtype] = sizes.get(spec.dtype, 0) + spec.nbytes
    if not sizes:
        raise ParentError("the parents hold no floating-point tensors")
    return max(sizes, key=lambda dtype: sizes[dtype])


def _fits(parents: Mapping[str, Parent], device: torch.device) -> bool:
    needed = sum(spec.nbytes for p in parents.values() for spec in p.tensors.specs.values())
    free, _ = torch.cuda.mem_get_info(device)
    return needed <= GPU_SHARE * free
