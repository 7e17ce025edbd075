"""A small search while workers are killed, hang, run out of memory or lose their node.

`killed` and `hung` are done to the child that does a worker's jobs, `actor` to Ray's process of it.

    python -m benchmarks.worker_faults killed --faults 50 --minutes 20

Compares the winner with that of the same search in one undisturbed process, and says how long it
took until all workers were back after each fault. `random` has 30 % of the trials fail instead.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import itertools
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from evomerge import Run, evolve
from evomerge.engine.registry import DEFAULT
from evomerge.ledger import Asked, Ledger, State, Told, Trial
from evomerge.recipe import Placement, Recipe, parse_recipe
from evomerge.workers.local import LocalWorkers
from evomerge.workers.ray import RayWorkers

RECIPE = """
merge_method: task_arithmetic
base_model: zoo:base
models:
  - {{model: zoo:arithmetic, parameters: {{weight: {{gene: {{low: 0, high: 1.5}}}}}}}}
  - {{model: zoo:largest, parameters: {{weight: {{gene: {{low: 0, high: 1.5}}}}}}}}
evolve:
  seed: 3
  fitness: [{{task: zoo_arithmetic, metric: exact_match}}, {{task: zoo_largest, metric: acc}}]
  splits: {{search: 24, validation: 16, test: 60}}
  search: {{population: 8}}
  budget: {{evaluations: {evaluations}}}
  elites: 2
  race: false
"""
ANSWER_S = 0.5
"""How long each answer is delayed: else hardly any worker would be at work when a fault comes."""
FAILING = 0.3
"""The share of trials that fail in the run with random failures."""
MARK = f"EVOMERGE_DISTURBED_{os.getpid()}"
BETWEEN_S = 3.0
"""Between all being well again and the next fault."""


def slow(tokenizer: Any, cores: Any, device: Any) -> Any:
    """The engine, slower."""
    engine = DEFAULT.make(tokenizer, cores, device)
    answer = engine.answer

    def delayed(asked: Any, checkpoint: Any) -> Any:
        time.sleep(ANSWER_S)
        return answer(asked, checkpoint)

    engine.answer = delayed  # type: ignore[method-assign]
    return engine


def failing(tokenizer: Any, cores: Any, device: Any) -> Any:
    """The engine, which fails at random once the parents are scored."""
    engine = DEFAULT.make(tokenizer, cores, device)
    answer, calls, chance = engine.answer, itertools.count(), np.random.default_rng(1)

    def fails(asked: Any, checkpoint: Any) -> Any:
        if next(calls) >= 6 and len(asked) > 40 and chance.random() < FAILING:
            raise np.linalg.LinAlgError("SVD did not converge")
        return answer(asked, checkpoint)

    engine.answer = fails  # type: ignore[method-assign]
    return engine


def processes(name: str) -> list[psutil.Process]:
    """Those of a name that were started from here, by a mark in their environment."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if MARK in process.environ() and name in " ".join([process.name(), *process.cmdline()]):
                found.append(process)
    return found


def signalled(name: str, number: signal.Signals) -> Callable[[], None]:
    """Sends a signal to the first process of a name."""

    def send() -> None:
        for process in processes(name)[:1]:
            process.send_signal(number)

    return send


def balloon() -> None:
    """Fill memory until Ray's monitor has ended a worker."""
    before = len(processes("ray::WorkerProcess"))
    code = "import time; b = bytearray(%d); b[::4096] = b'1' * len(b[::4096]); time.sleep(60)"
    air = subprocess.Popen([sys.executable, "-c", code % (8 << 30)])
    until = time.monotonic() + 30
    while time.monotonic() < until and len(processes("ray::WorkerProcess")) >= before:
        time.sleep(0.05)
    air.kill()
    air.wait()


FAULTS: dict[str, Callable[[], None]] = {
    "killed": signalled("evomerge ray", signal.SIGKILL),
    "hung": signalled("evomerge ray", signal.SIGSTOP),
    "actor": signalled("ray::WorkerProcess.evaluate", signal.SIGKILL),
    "memory": balloon,
    "raylet": signalled("raylet/raylet", signal.SIGKILL),
    "control": signalled("gcs_server", signal.SIGKILL),
    "client": signalled("cluster.main", signal.SIGKILL),
}


class Disturbed(RayWorkers):
    """Workers to which faults are done; how long each took to heal."""

    fault: Callable[[], None]

    def collect(self, checkpoint: Callable[[], None]) -> Any:
        """As the others do, and do the next fault when all is well."""
        now, well, state = time.monotonic(), self.present.count == self.placement.count, SHARED
        due = state["left"] > 0 and now < state["until"] and now > state["next"]
        if state["since"] is None and due and well:
            state["left"] -= 1
            state["since"], state["ill"] = now, False
            threading.Thread(target=self.fault, daemon=True).start()
        elif state["since"] is not None and not well:
            state["ill"] = True
        elif state["since"] is not None and state["ill"]:
            HEALED.append(now - state["since"])
            state["since"], state["next"] = None, now + BETWEEN_S
        return super().collect(checkpoint)


# Of all copies of the workers: each cycle and each proof makes one.
SHARED: dict[str, Any] = {"left": 0, "since": None, "ill": False, "next": 0.0, "until": 0.0}
HEALED: list[float] = []


@contextlib.contextmanager
def two_nodes() -> Iterator[tuple[str, Callable[[], None]]]:
    """A cluster of two nodes on this machine: its address, and what cuts one off and adds it."""
    from ray.cluster_utils import Cluster

    head = {"num_cpus": 1, "include_dashboard": False}
    # What ends nodes at the exit can be set up in the main thread alone, and faults have their own.
    cluster = Cluster(initialize_head=True, shutdown_at_exit=False, head_node_args=head)
    nodes = [cluster.add_node(num_cpus=1)]

    def cut() -> None:
        cluster.remove_node(nodes.pop(), allow_graceful=False)
        time.sleep(5)
        nodes.append(cluster.add_node(num_cpus=1))

    try:
        yield cluster.address, cut
    finally:
        cluster.shutdown()


def run(recipe: Recipe, folder: Path, workers: Any) -> tuple[Run, dict[str, int], float]:
    """Search; the winner, how many trials ended how, and seconds."""
    began = time.monotonic()
    finished = evolve(recipe, folder, workers=workers, device="cpu", registry="none", anyway=True)
    took = time.monotonic() - began
    with Ledger(folder) as ledger:
        ends = [trial.state for trial in ledger.all_of(Trial)]
    return finished, {state.value: ends.count(state) for state in State}, took


def finite(folder: Path) -> bool:
    """Whether all that the search asked for and was told are numbers."""
    with Ledger(folder) as ledger:
        genomes = [x for asked in ledger.all_of(Asked) for x in asked.genome]
        values = [o.value for told in ledger.all_of(Told) for o in told.objectives]
    return bool(genomes and values) and bool(np.isfinite([*genomes, *values]).all())


def disturbed(fault: str, limit_s: float | None, folder: Path, recipe: Recipe) -> tuple[Any, ...]:
    """The search with faults."""
    here = importlib.import_module("benchmarks.worker_faults")  # where workers find it, too
    engine = replace(DEFAULT, make=here.slow)
    with contextlib.ExitStack() as stack:
        keys: dict[str, Any] = {"count": 2, "limit_s": limit_s}
        does = FAULTS.get(fault)
        if fault == "node":
            address, does = stack.enter_context(two_nodes())
            keys |= {"ray": address, "cpus": 1}
        if fault == "memory":
            memory = psutil.virtual_memory()
            level = (memory.total - memory.available + (5 << 30)) / memory.total
            os.environ["RAY_memory_usage_threshold"] = f"{level:.3f}"  # noqa: SIM112 - Ray's
        workers = Disturbed(Placement(**keys), engine=engine)
        workers.fault = does  # type: ignore[assignment]
        return run(recipe, folder, workers)


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fault", choices=[*FAULTS, "node", "random"])
    parser.add_argument("--faults", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=10.0, help="no fault after that")
    parser.add_argument("--limit", type=float, help="seconds that an attempt may take")
    parser.add_argument("--evaluations", type=int, default=80)
    asked = parser.parse_args()
    os.environ[MARK] = "1"
    recipe = parse_recipe(RECIPE.format(evaluations=asked.evaluations))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.fault == "random":
            finished, ends, _ = run(
                recipe, folder / "run", LocalWorkers(engine=replace(DEFAULT, make=failing))
            )
            state = "finite" if finite(folder / "run") else "NOT FINITE"
            print(f"finished: {finished.weights_sha256[:16]}, trials: {ends}, search state {state}")
            return
        plain, _, alone = run(recipe, folder / "plain", 1)
        SHARED["left"], SHARED["until"] = asked.faults, time.monotonic() + 60 * asked.minutes
        found, ends, took = disturbed(asked.fault, asked.limit, folder / "disturbed", recipe)
    same = "the same" if found.weights_sha256 == plain.weights_sha256 else "ANOTHER"
    print(
        f"{asked.fault}: {len(HEALED)} faults healed of {asked.faults - SHARED['left']} done, "
        f"{same} winner, trials {ends}, {took:.0f} s (alone and undisturbed {alone:.0f} s)"
    )
    if HEALED:
        print(
            f"all workers back after {statistics.median(HEALED):.1f} s (median), "
            f"{max(HEALED):.1f} s at most"
        )


if __name__ == "__main__":
    main()
