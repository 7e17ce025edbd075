"""The parents held ready in memory, and offspring written from them into an engine."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.engine.architecture import Architecture
from evomerge.engine.protocol import Engine, RoutingEngine
from evomerge.memory import MemoryBudget
from evomerge.merge.calibration.calibration import Calibration
from evomerge.merge.making.blend import Blender
from evomerge.merge.making.transfer import Transfer
from evomerge.merge.methods import Inputs
from evomerge.merge.plan.operation import Operation
from evomerge.merge.plan.path_layers import PathLayers
from evomerge.merge.plan.plan import Plan, Planner
from evomerge.recipe import Recipe
from evomerge.weights import Parent, Spec, Tensors
from evomerge.weights.kept import Kept, room_for_parents

GPU_SHARE = 0.6
"""Most of a GPU's free memory that parents may take."""

KEPT_BYTES = 2 << 30
"""Most memory for what is known of the parents' differences; beyond it, it is found anew."""

SHARE = 1 << 20
"""Elements that are worth handing to another core."""


class Bank:
    """Parents ready for one offspring after the other.

    On the CPU checkpoints stay mapped files, which all workers of a host share; LoRA parents are
    computed once, as far as memory goes, and beyond it by their factors for each offspring. On a
    GPU parents are kept on it where they fit; else they are kept in pinned memory, and each tensor
    is on its way while the one before is made.

    Args:
        parents: all that recipes may draw on, by name.
        engine: what offspring are written into. Nothing else may write into it.
        device: where tensors are made.
        room: bytes of the host's memory that parents may take beside their mapped files; by default
            a share of what is free.
    """

    def __init__(
        self,
        parents: Mapping[str, Parent],
        engine: Engine,
        device: torch.device,
        room: int | None = None,
    ) -> None:
        self.device, self._engine = device, engine
        self._here = torch.empty(0, device=device).device
        """The same with its number: an engine may have tensors on several."""
        at = device if device.type == "cpu" or _fits(parents, device) else None
        self._transfer = None if at else Transfer(device)
        self.parents = _kept(parents, at, room_for_parents() if room is None else room)
        self._planner = Planner(self.parents)
        self._unroutable: set[PathLayers] = set()
        self._merge: Mapping[str, Any] | None = None
        """What is written of the recipe before, if it has a path: all of it but that path."""
        self._architecture: Architecture | None = None
        self._written: dict[str, Hashable] = {}
        self._inputs: dict[Hashable, Inputs] = {}
        self._memory = None if self._transfer else MemoryBudget(KEPT_BYTES)
        self._calibration = Calibration(self.parents, device)

    def write(self, recipe: Recipe, cores: Cores) -> None:
        """Write a recipe's offspring into the engine.

        Tensors that are made of the same by the same settings as in the offspring before, if its
        architecture was the same, stay as they are. Of a recipe with a path all layers of the merge
        are written, and the engine follows the path through them, if it can.

        Raises:
            TrialError: the offspring has values that are not finite.
        """
        if recipe.path is None or not self._follow(recipe, cores):
            self._write(recipe, self._planner.plan(recipe), cores)

    def _follow(self, recipe: Recipe, cores: Cores) -> bool:
        """Have the engine follow the recipe's path; False where it cannot."""
        if not isinstance(self._engine, RoutingEngine):
            return False
        layers = self._planner.path_layers(recipe)
        if layers in self._unroutable or not layers.move_unchanged:
            return False
        route = layers.route(recipe)
        merge = vars(recipe.unrouted)
        if merge != self._merge:
            self._write(recipe, self._planner.unrouted(recipe), cores)
            self._merge = merge
        if self._engine.follow(route):
            return True
        self._unroutable.add(layers)
        return False

    def _write(self, recipe: Recipe, plan: Plan, cores: Cores) -> None:
        self._merge = None
        blender = self._blender(recipe, plan, cores)
        specs = {operation.name: blender.spec(operation) for operation in plan.operations}
        names = self._open(Architecture.of(self.parents[recipe.template], specs, plan.layers))
        made_of = {op.name: blender.made_of(op) for op in plan.operations if op.name in names}
        wanted = [
            operation
            for operation in plan.operations
            if operation.name in names
            and self._written.get(operation.name) != made_of[operation.name]
        ]

        @torch.inference_mode()
        def make(operations: Sequence[Operation]) -> None:
            for operation, following in zip(operations, [*operations[1:], None], strict=True):
                if self._transfer and following:
                    self._transfer.send(*self._held(blender.ordered(following)))
                self._make(blender, operation, specs[operation.name])

        for operation in wanted:
            self._written.pop(operation.name, None)
        cores.each(make, [wanted] if self._transfer else _shares(wanted, specs))
        blender.check()
        self._written.update((operation.name, made_of[operation.name]) for operation in wanted)

    def _open(self, architecture: Architecture) -> Collection[str]:
        """Have the engine make room, and forget what was written if it was for another model."""
        if architecture != self._architecture:
            self._architecture, self._written = None, {}
        names = self._engine.open(architecture)
        self._architecture = architecture
        return names

    def _make(self, blender: Blender, operation: Operation, spec: Spec) -> None:
        """Make a tensor where the engine wants it, or beside it where the bits would differ."""
        target = self._engine.lend(operation.name)
        as_made = target.dtype == spec.dtype and target.device == self._here
        if as_made and target.is_contiguous():
            blender.make(operation, target)
        else:
            made = torch.empty(spec.shape, dtype=spec.dtype, device=self.device)
            blender.make(operation, made)
            target.copy_(made)
        self._engine.written(operation.name)

    def _blender(self, recipe: Recipe, plan: Plan, cores: Cores) -> Blender:
        statistics = self._calibration.statistics(recipe, plan, cores)
        return Blender(recipe, plan, self.parents, self.device, self._inputs_of, statistics)

    def _held(self, operation: Operation) -> tuple[Hashable, list[torch.Tensor]]:
        """The tensors that an operation takes, and a name for them."""
        every = operation.ingredients
        key = tuple((i.parent, i.tensor) for i in every), operation.base is None
        return key, [self.parents[i.parent].tensors.tensor(i.tensor) for i in every]

    def _inputs_of(self, operation: Operation) -> Inputs:
        key, tensors = self._held(operation)
        if key not in self._inputs:
            if self._transfer:
                self._inputs = {}  # of one tensor at a time
                tensors = self._transfer.take(key, tensors)
            stays = all(_stays(self.parents[i.parent], i.tensor) for i in operation.ingredients)
            base = tensors.pop() if operation.base else None
            inputs = Inputs(tensors, base, self._memory if stays else None)
            if not stays:
                return inputs
            self._inputs[key] = inputs
        return self._inputs[key]


def _shares(
    operations: Iterable[Operation], specs: Mapping[str, Spec]
) -> Iterator[list[Operation]]:
    """Operations in parts of about the same size, since handing one over has its price.

    The largest come first, so that all cores end together.
    """
    share, size = list[Operation](), 0
    for operation in sorted(operations, key=lambda one: -specs[one.name].numel):
        share.append(operation)
        size += specs[operation.name].numel
        if size >= SHARE:
            yield share
            share, size = [], 0
    if share:
        yield share


def _kept(parents: Mapping[str, Parent], at: torch.device | None, room: int) -> dict[str, Parent]:
    """Parents opened, computed or moved once, and kept.

    Args:
        at: where; None for memory of the host's that a GPU reads at full speed (pinned).
    """
    memory = None if at is not None and at.type != "cpu" else MemoryBudget(room)

    def move(tensor: torch.Tensor) -> torch.Tensor:
        return tensor.pin_memory() if at is None else tensor.to(at)

    def kept(tensors: Tensors) -> Tensors:
        # What processes share that were forked for it is kept once for all of them.
        if isinstance(tensors, Kept) and at is not None and at.type == "cpu":
            return tensors
        return Kept(tensors, memory, move)

    return {name: replace(p, tensors=kept(p.tensors)) for name, p in parents.items()}


def _stays(parent: Parent, tensor: str) -> bool:
    return isinstance(parent.tensors, Kept) and parent.tensors.keeps(tensor)


def _fits(parents: Mapping[str, Parent], device: torch.device) -> bool:
    needed = sum(spec.nbytes for p in parents.values() for spec in p.tensors.specs.values())
    free, _ = torch.cuda.mem_get_info(device)
    return needed <= GPU_SHARE * free
