"""A driver killed (SIGKILL) at random moments and resumed, again and again, until its run is over.

    python -m benchmarks.soak --kills 100
    python -m benchmarks.soak --kills 10 --workers 2
    python -m benchmarks.soak --kills 20 --formulas --by-trials

Each run is a small search over the zoo: a real one, with its task, races, proof and release. Its
process is a fork of one that has imported all of it, and is killed after a time that is drawn
between 0 and what the whole run takes (or, by trials, as soon as it has recorded so many as are
drawn, up to half of the whole run's); then another goes on in its folder. When the run is over,
its winner must have the weights of the run that nobody killed, and its ledger must hold the same
trials. Counted are jobs that more than one process has begun: what a kill costs. They may be no
more than the schedule has begun and not recorded, four for each worker.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import runpy
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch

from evomerge import evolve
from evomerge.errors import RunFolderError
from evomerge.ledger import Ledger, Record, Trial
from evomerge.merge.folder import loaded, verification
from evomerge.recipe import Placement, parse_recipe
from evomerge.report.reader import view_of
from evomerge.run.folder.processes import end_orphans
from evomerge.run.placement import workers_on
from evomerge.workers.protocol import Answer, Job, Lost, Present, Workers

RECIPE = """
merge_method: task_arithmetic
base_model: zoo:base
models:
  - {model: zoo:arithmetic, parameters: {weight: {gene: {low: 0, high: 1.5}}}}
  - {model: zoo:largest, parameters: {weight: {gene: {low: 0, high: 1.5}}}}
evolve:
  seed: 3
  fitness: [{task: zoo_largest, metric: acc}]
  splits: {search: 24, validation: 12, test: 40}
  search: {population: 4}
  budget: {evaluations: 12}
  elites: 2
"""
FORMULAS = """
merge_method:
  formula: {gene: {words: 16, start: "b + sum(w * d)", starts: ["b + median(w * d)"]}}
  names: {w: 1}
base_model: zoo:base
models:
  - {model: zoo:arithmetic, parameters: {w: {gene: {low: 0, high: 1.5}}}}
  - {model: zoo:largest, parameters: {w: {gene: {low: 0, high: 1.5}}}}
evolve:
  seed: 3
  fitness: [{task: zoo_largest, metric: acc}]
  splits: {search: 24, validation: 12, test: 40}
  search: {algorithm: genetic-programming, population: 8}
  budget: {evaluations: 40}
  elites: 2
"""
"""The same, where the merge method is searched for as well."""
JOBS = "jobs"
"""In the run folder: a line for each job that was begun."""


class Noted:
    """Workers whose jobs are noted when they begin."""

    def __init__(self, inner: Workers, file: Path) -> None:
        self._inner, self._file = inner, file
        self.rules, self.engine, self.device = inner.rules, inner.engine, inner.device

    @property
    def present(self) -> Present:
        """Those that can do a job."""
        return self._inner.present

    def for_parents(self, parents: Any, tokenizer: Any) -> Noted:
        """The same, for certain parents."""
        return Noted(self._inner.for_parents(parents, tokenizer), self._file)

    def submit(self, job: Job) -> None:
        """Note a job, and have it begun."""
        name = hash((repr(job.recipe.plain()), tuple(job.chosen or ()), len(job.requests)))
        with self._file.open("a") as file:
            file.write(f"{os.getpid()} {name}\n")
        self._inner.submit(job)

    def end(self, key: int) -> None:
        """End a job."""
        self._inner.end(key)

    def collect(self, checkpoint: Callable[[], None]) -> Answer | Lost | None:
        """Wait for a job to end."""
        return self._inner.collect(checkpoint)

    def __enter__(self) -> Noted:
        self._inner.__enter__()
        return self

    def __exit__(self, *ending: Any) -> None:
        self._inner.__exit__(*ending)


@dataclass
class Found:
    """What became of all runs."""

    runs: int = 0
    other: int = 0
    """Runs with another winner, or other trials."""
    kills: Counter[str] = field(default_factory=Counter)
    """By the phase that was killed."""
    repeated: Counter[int] = field(default_factory=Counter)
    """How many kills had so many jobs done again."""


def forked(function: Callable[[], object]) -> int:
    """A function in a fork of this process, with nothing to say; the fork's process id."""
    child = os.fork()
    if child:
        return child
    try:
        silence = os.open(os.devnull, os.O_RDWR)
        os.dup2(silence, 1)
        if "SOAK_DEBUG" not in os.environ:
            os.dup2(silence, 2)
        function()
        os._exit(0)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)


def ask_forked(asked: str) -> subprocess.CompletedProcess[str]:
    """The program that asks a released folder, in a fork that need not import everything again."""
    with tempfile.TemporaryDirectory() as name:
        into, out = Path(name) / "in", Path(name) / "out"
        into.write_text(asked, encoding="utf-8")
        child = os.fork()
        if not child:
            sys.stdin, sys.stdout = into.open(encoding="utf-8"), out.open("w", encoding="utf-8")
            try:
                runpy.run_path(loaded.__file__, run_name="__main__")
            finally:
                sys.stdout.flush()
                os._exit(0)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        return subprocess.CompletedProcess("", code, out.read_text(encoding="utf-8"), "")


def go_on(folder: Path, recipe: str, workers: int, most: int | None = None) -> None:
    """Begin a recipe's run in a folder, or resume it; be killed after so many trials, if told."""
    left = most

    def watch(record: Record) -> None:
        nonlocal left
        if left is not None and record.is_live and isinstance(record.what, Trial):
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    crew = Noted(
        workers_on(Placement(count=workers), "cpu"), folder.with_name(f"{folder.name}.{JOBS}")
    )
    evolve(parse_recipe(recipe), folder, workers=crew, registry="none", watch=watch)


def history(folder: Path) -> tuple[Any, ...]:
    """The winner's weights, and the trials that ended, whenever that was."""
    with Ledger(folder) as ledger:
        ended = [t for t in ledger.trials() if t.state != "cancelled"]
        trials = sorted({(t.digest, t.split, str(t.fitness), str(t.place)) for t in ended})
    release = view_of(folder).release
    return release.weights_sha256 if release else None, trials


def phase(folder: Path) -> str:
    """What the run was doing."""
    try:
        return view_of(folder).phase.value
    except RunFolderError:
        return "not begun"


def begun_again(folder: Path) -> int:
    """How many jobs the last process began that another had begun."""
    file = folder.with_name(f"{folder.name}.{JOBS}")
    lines = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
    before = {name for process, name in lines if process != lines[-1][0]}
    return len({name for process, name in lines if process == lines[-1][0]} & before)


def killed_until_over(
    folder: Path, go: Callable[..., None], longest_s: float, trials: int, found: Found
) -> None:
    """One run, killed until it is over.

    Args:
        trials: of the whole run, to be killed by these; 0 to be killed by time.
    """
    draw = random.Random(folder.name)
    while True:
        most = draw.randint(1, max(1, trials // 2)) if trials else None
        child = forked(lambda most=most: go(folder, most=most))
        end = time.monotonic() + (math.inf if trials else draw.uniform(0, longest_s))
        while time.monotonic() < end:
            done, status = os.waitpid(child, os.WNOHANG)
            if done and os.WIFSIGNALED(status):
                break
            if done:
                if os.waitstatus_to_exitcode(status) != 0:
                    raise RuntimeError(f"{folder}: cannot be resumed")
                found.repeated[begun_again(folder)] += 1
                return
            time.sleep(0.005)
        else:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        found.kills[phase(folder)] += 1
        found.repeated[begun_again(folder)] += 1


def main() -> None:
    """Kill, resume, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--workers", type=int, default=1, help="2 or more work as Ray actors.")
    parser.add_argument("--formulas", action="store_true", help="Search for formulas.")
    parser.add_argument("--by-trials", action="store_true", help="Kill after trials, not seconds.")
    arguments = parser.parse_args()
    go = partial(
        go_on, recipe=FORMULAS if arguments.formulas else RECIPE, workers=arguments.workers
    )
    torch.set_num_threads(1)  # a fork has none of its parent's threads
    verification.run_program = ask_forked
    found = Found()
    with tempfile.TemporaryDirectory() as name:
        began = time.monotonic()
        _, status = os.waitpid(forked(lambda: go(Path(name) / "whole")), 0)
        if status:
            raise RuntimeError("the run that nobody kills does not end")
        longest_s = time.monotonic() - began
        whole = history(Path(name) / "whole")
        trials = len(whole[1]) if arguments.by_trials else 0
        print(f"a run that nobody kills takes {longest_s:.1f} s", flush=True)
        while found.kills.total() < arguments.kills:
            folder = Path(name) / f"run {found.runs}"
            killed_until_over(folder, go, longest_s, trials, found)
            found.runs += 1
            found.other += history(folder) != whole
            end_orphans(folder)
            print(
                f"{found.kills.total()} kills, {found.runs} runs, {found.other} with another "
                f"winner or other trials; jobs begun again: {dict(found.repeated)}",
                file=sys.stderr,
                flush=True,
            )
    print(
        f"{found.kills.total()} kills in {found.runs} runs; with another winner or other trials: "
        f"{found.other}"
    )
    print("killed during:", ", ".join(f"{what} {n}" for what, n in found.kills.most_common()))
    print("jobs begun again by a process:", dict(sorted(found.repeated.items())))
    if found.other:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
