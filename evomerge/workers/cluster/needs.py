"""What each worker needs of a cluster, and whether the cluster has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evomerge.recipe import Placement
from evomerge.workers.division import divide


@dataclass(frozen=True)
class Needs:
    """What is set aside for one worker."""

    cores: int
    """How many it uses."""
    cpus: float
    """How many Ray sets aside for it: 0 where workers share cores."""
    gpus: float
    memory: int
    resources: Mapping[str, float]

    def options(self, labels: Mapping[str, str]) -> dict[str, Any]:
        """The same as Ray's options of an actor."""
        options: dict[str, Any] = {"num_cpus": self.cpus, "num_gpus": self.gpus}
        if self.memory:
            options["memory"] = self.memory
        if self.resources:
            options["resources"] = dict(self.resources)
        if labels:
            options["label_selector"] = dict(labels)
        return options

    def fits(self, has: Mapping[str, float], most: int) -> int:
        """How many workers a node has room for, or the most that are wanted."""
        needed = {"CPU": self.cpus, "GPU": self.gpus, "memory": self.memory, **self.resources}
        rooms = [int(has.get(name, 0) / need + 1e-9) for name, need in needed.items() if need]
        return min([most, *rooms])

    def __str__(self) -> str:
        told = [f"{self.cpus:g} CPUs"] if self.cpus else []
        told += [f"{self.gpus:g} GPUs"] if self.gpus else []
        told += [f"{self.memory / 2**30:.3g} GB of memory"] if self.memory else []
        told += [f"{count:g} {name}" for name, count in self.resources.items()]
        return ", ".join(told) or "no CPU of its own"


def needs_of(placement: Placement, device: str, nodes: Sequence[Mapping[str, Any]]) -> Needs:
    """What each worker needs; the cores of the nodes that there are are shared out.

    Args:
        device: cpu or cuda.
        nodes: as `ray.nodes` describes them.
    """
    gpus = placement.gpus or (1.0 if device == "cuda" else 0.0)
    needs = Needs(1, 0.0, gpus, placement.memory or 0, placement.resources)
    if placement.cpus is not None:
        return replace(needs, cores=placement.cpus, cpus=float(placement.cpus))
    has = [node["Resources"] for node in _fitting(placement, nodes)]
    hosts = [int(resources.get("CPU", 0)) for resources in has]
    rooms = [needs.fits(resources, placement.count) for resources in has]
    cores, cpus = divide(placement.count, hosts, rooms)
    return replace(needs, cores=cores, cpus=cpus)


def unmet(placement: Placement, needs: Needs, nodes: Sequence[Mapping[str, Any]]) -> str | None:
    """What a cluster lacks of what is asked for, if it lacks something."""
    fitting = _fitting(placement, nodes)
    room = sum(needs.fits(node["Resources"], placement.count) for node in fitting)
    if room >= placement.count:
        return None
    labels = ", ".join(f"{name}={value}" for name, value in placement.labels.items())
    where = f" on nodes with {labels}" if labels else ""
    has = "; ".join(_described(node["Resources"], needs) for node in nodes) or "no node"
    return (
        f"{placement.count} workers{where} need {needs} each, and Ray has room for {room} of "
        f"them. It has {has}"
    )


def _described(resources: Mapping[str, float], needs: Needs) -> str:
    """What a node has of all that is needed."""
    told = [f"{resources.get('CPU', 0):g} CPUs", f"{resources.get('GPU', 0):g} GPUs"]
    if needs.memory:
        told.append(f"{resources.get('memory', 0) / 2**30:.3g} GB of memory")
    told += [f"{resources.get(name, 0):g} {name}" for name in needs.resources]
    return " and ".join(told)


def _fitting(placement: Placement, nodes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The nodes that live and have the labels."""
    wanted = placement.labels.items()
    return [
        node
        for node in nodes
        if node["Alive"]
        and all(_matches(node.get("Labels", {}).get(name), value) for name, value in wanted)
    ]


def _matches(has: str | None, wanted: str) -> bool:
    """Whether a label is what a selector says: x, !x, in(x, y), !in(x, y)."""
    plain = wanted.removeprefix("!")
    if plain.startswith("in(") and plain.endswith(")"):
        named = [one.strip() for one in plain[3:-1].split(",")]
    else:
        named = [plain]
    return (has in named) != wanted.startswith("!")
