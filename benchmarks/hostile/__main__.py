"""Thousands of damaged files: no traceback, no hang, no gigabytes, nothing else than was written.

    python -m benchmarks.hostile --checkpoint 3000 --recipe 3000 --config 1000 --index 1000 \
        --adapter 1000 --task 1000 --jinja 1000 --crafted N
    python -m benchmarks.hostile --only "config 17"

Each file is named by its kind and a seed. Worker processes are given one after the other; one that
takes longer than --limit is ended, and has hung.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from benchmarks.hostile.kinds import KINDS
from benchmarks.hostile.worker import CRAFTED

ROOT = Path(__file__).parents[2]
MOST_MB = 2000
LOADING = 60.0
"""Seconds of computing in which a process loads torch, and makes what it damages."""
PATIENCE = 12
"""Times as long by the clock, on a machine that is busy with other things."""


class Worker:
    """A process that is replaced when it hangs or dies."""

    def __init__(self, folder: Path, limit: float) -> None:
        self._folder, self._limit = folder, limit
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.hostile.worker", str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            text=True,
        )
        self._first = True

    def ask(self, kind: str, seed: int) -> dict[str, Any]:
        """What came of a file."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{kind} {seed}\n")
        process.stdin.flush()
        ready = self._waited(self._limit + (LOADING if self._first else 0))
        line = process.stdout.readline() if ready else ""
        self._first = False
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        how = "crash" if ready else "hang"
        process.kill()
        process.wait()
        self._start()
        return {"kind": kind, "seed": seed, "how": how, "said": "", "seconds": self._limit, "mb": 0}

    def _waited(self, limit: float) -> bool:
        """Whether it answers within seconds of computing, or PATIENCE times as many in all."""
        end, begun = time.monotonic() + PATIENCE * limit, self._computed()
        while time.monotonic() < end and self._computed() - begun < limit:
            if select.select([self._process.stdout], [], [], 0.5)[0]:
                return True
        return False

    def _computed(self) -> float:
        """Seconds of computing of the process so far; of one that has ended none."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


def run(cases: list[tuple[str, int]], workers: int, limit: float) -> list[dict[str, Any]]:
    """What came of each file."""
    waiting: Queue[tuple[str, int]] = Queue()
    for case in cases:
        waiting.put(case)
    answers: list[dict[str, Any]] = []

    def work(folder: Path) -> None:
        worker = Worker(folder, limit)
        try:
            while True:
                answer = worker.ask(*waiting.get_nowait())
                answers.append(answer)
                if answer["how"] not in ("taken", "told") or answer["mb"] > MOST_MB:
                    print(json.dumps(answer), flush=True)
        except Empty:
            worker.close()

    with tempfile.TemporaryDirectory() as name:
        threads = [
            threading.Thread(target=work, args=(Path(name, str(n)),)) for n in range(workers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return answers


def main() -> None:
    """Run the files that are asked for, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for kind in (*KINDS, CRAFTED):
        parser.add_argument(f"--{kind}", type=int, default=0, help="how many of them")
    parser.add_argument("--only", help='one file: "KIND SEED"')
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--limit", type=float, default=10.0, help="seconds of computing")
    parser.add_argument("--verbose", action="store_true", help="what was said of each file")
    asked = parser.parse_args()
    cases = [(k, asked.first + n) for k in (*KINDS, CRAFTED) for n in range(getattr(asked, k))]
    if asked.only:
        kind, seed = asked.only.split()
        cases = [(kind, int(seed))]
    answers = run(cases, asked.workers, asked.limit)
    print("| kind | files | told | taken | traceback | hang | crash | wrong | outside | s | MB |")
    for kind in (*KINDS, CRAFTED):
        of = [answer for answer in answers if answer["kind"] == kind]
        if asked.verbose:
            for answer in of:
                print(f"{answer.get('name') or answer['seed']}: {answer['how']}: {answer['said']}")
        if of:
            counts = Counter(answer["how"] for answer in of)
            hows = ("told", "taken", "traceback", "hang", "crash", "wrong", "outside")
            row = [kind, len(of), *(counts[how] for how in hows)]
            row += [f"{max(a['seconds'] for a in of):.1f}", max(a["mb"] for a in of)]
            print("|", " | ".join(map(str, row)), "|")


if __name__ == "__main__":
    main()
