"""What a run's wall time is spent on, and the share of it outside the models' forward passes.

    python benchmarks/overhead.py recipes/quickstart.yaml --runs 3

Runs the recipe anew each time, as a whole process, and prints medians. Forward seconds of several
cores that work at the same time count as the wall time they take.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from evomerge import status


def measure(recipe: Path, folder: Path) -> dict[str, float]:
    """Seconds of one run, by what they were spent on."""
    code = "from evomerge.cli.main import app; app()"
    command = [sys.executable, "-c", code, "run", str(recipe), "--run-dir", str(folder)]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    whole = time.perf_counter() - began
    cost = status(folder)["cost"]
    trials = cost["merge_s"] + cost["forward_s"] + cost["other_s"]
    return {
        "whole process": whole,
        "forward passes": cost["forward_s"],
        "merging": cost["merge_s"],
        "worker: tokens chosen, stops found, batches made": cost["other_s"],
        "driver: answers judged, ledger, statistics, winner written": cost["wall_s"] - trials,
        "start: imports, parents, tasks and prompts": whole - cost["wall_s"],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    measured = []
    for number in range(arguments.runs):
        with tempfile.TemporaryDirectory() as folder:
            measured.append(measure(arguments.recipe, Path(folder) / "run"))
        print(f"run {number + 1}: {measured[-1]['whole process']:.1f} s", file=sys.stderr)
    whole = statistics.median(one["whole process"] for one in measured)
    print("| seconds | share | spent on |\n| --- | --- | --- |")
    for what in measured[0]:
        seconds = statistics.median(one[what] for one in measured)
        print(f"| {seconds:.1f} | {seconds / whole:.0%} | {what} |")
    outside = statistics.median(1 - m["forward passes"] / m["whole process"] for m in measured)
    print(f"\noutside forward passes: {outside:.0%}")


if __name__ == "__main__":
    main()
