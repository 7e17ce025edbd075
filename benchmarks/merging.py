"""Whole processes: the same recipe merged by evomerge and by mergekit, wall time and memory.

    python benchmarks/shapes.py 160M PARENTS
    python benchmarks/merging.py PARENTS --mergekit peer/bin/mergekit-yaml --runs 3

The two take turns; a row has the medians, their ratio, and the most anonymous memory that each held
(RssAnon, looked at every 20 ms). evomerge's times include fsync and hashing; mergekit does neither.
The parents' files are read before each run, so that neither waits for the disk.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

TASK_VECTORS = {"weight": 0.6}
SPARSE = {"weight": 0.6, "density": 0.5}
METHODS: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "linear": ({"weight": 0.6}, {}),
    "task_arithmetic": (TASK_VECTORS, {}),
    "slerp": ({}, {"t": 0.4}),
    "model_stock": ({}, {}),
    "dare_ties": (SPARSE, {}),
    "ties": (SPARSE, {}),
    "della": (SPARSE, {}),
    "karcher": ({}, {}),
    "sce": ({}, {"select_topk": 0.3}),
}
"""Parameters of each model, and of the merge."""
WITHOUT_BASE = ("linear", "karcher")


def recipe(method: str, parents: Path) -> dict[str, Any]:
    """A recipe that both understand."""
    of_models, of_all = METHODS[method]
    names = ["a"] if method == "slerp" else ["a", "b", "c"]
    models = [{"model": str(parents / n), "parameters": dict(of_models)} for n in names]
    made: dict[str, Any] = {"merge_method": method, "models": models, "dtype": "bfloat16"}
    if method == "slerp":
        models.insert(0, {"model": str(parents / "base"), "parameters": {}})
    if method not in WITHOUT_BASE:
        made["base_model"] = str(parents / "base")
    return made | ({"parameters": of_all} if of_all else {})


def run(command: list[str]) -> tuple[float, float]:
    """Seconds, and the most anonymous memory in MB."""
    start, most = time.perf_counter(), 0
    environment = {**os.environ, "OMP_NUM_THREADS": "2", "HF_HUB_OFFLINE": "1"}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        while process.poll() is None:
            most = max(most, _anonymous(process.pid))
            time.sleep(0.02)
        seconds = time.perf_counter() - start
        if process.returncode:
            log.seek(0)
            sys.exit(f"{' '.join(command)}\n{log.read().decode()[-2000:]}")
    return seconds, most / 1024


def _anonymous(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("RssAnon")), 0)


def measure(
    method: str, parents: Path, mergekit: Path | None, runs: int
) -> list[list[tuple[float, float]]]:
    """What each run of each program took."""
    commands = [[str(Path(sys.executable).with_name("evomerge")), "merge"]]
    if mergekit:
        commands.append([str(mergekit)])
    taken: list[list[tuple[float, float]]] = [[] for _ in commands]
    with tempfile.TemporaryDirectory(dir=parents) as work:
        file, out = Path(work) / "recipe.yaml", Path(work) / "out"
        file.write_text(yaml.safe_dump(recipe(method, parents)))
        for _ in range(runs):
            for command, results in zip(commands, taken, strict=True):
                _bring(parents)
                verify = [] if command is not commands[0] else ["--no-verify"]  # mergekit does not
                results.append(run([*command, str(file), str(out), *verify]))
                shutil.rmtree(out)
    return taken


def _bring(parents: Path) -> None:
    """Read the parents, so that they are in the system's cache."""
    for file in parents.glob("*/*.safetensors"):
        with file.open("rb") as stream:
            while stream.read(1 << 24):
                pass


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parents", type=Path)
    parser.add_argument("--mergekit", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=[*METHODS])
    arguments = parser.parse_args()
    print("| method | evomerge s | mergekit s | ratio | evomerge MB | mergekit MB |")
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    ratios = []
    for method in arguments.methods:
        taken = measure(method, arguments.parents.resolve(), arguments.mergekit, arguments.runs)
        times = [statistics.median(seconds for seconds, _ in results) for results in taken]
        memory = [max(most for _, most in results) for results in taken]
        if len(times) == 1:
            print(f"| {method} | {times[0]:.2f} | | | {memory[0]:.0f} | |", flush=True)
            continue
        ratios.append(times[1] / times[0])
        print(
            f"| {method} | {times[0]:.2f} | {times[1]:.2f} | {ratios[-1]:.1f} "
            f"| {memory[0]:.0f} | {memory[1]:.0f} |",
            flush=True,
        )
    if ratios:
        print(f"\ngeometric mean: {math.exp(statistics.mean(map(math.log, ratios))):.1f}")


if __name__ == "__main__":
    main()
