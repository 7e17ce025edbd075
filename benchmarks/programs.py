"""What it costs to judge an answer that is code, and whether right ones pass and wrong ones fail.

    python -m benchmarks.programs HumanEval.jsonl.gz --programs 40

The file is HumanEval's own, a line of JSON for each problem. Canonical solutions are judged, and
an answer that returns nothing. What one program costs is CPU time of its processes, which other
work on the machine lengthens less than wall time; the median of single programs, one at a time.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evomerge.score.judges.program import Program
from evomerge.score.judges.sandbox import Limits

TEMPLATE = "{{prompt}}{{answer}}\n{{test}}\ncheck({{entry_point}})"
PATIENT = Limits(seconds=60)
"""So that a busy machine fails no right answer."""


def children_s() -> float:
    """CPU seconds of all processes that have ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def single(program: Program, doc: dict[str, Any]) -> float:
    """CPU seconds of one program."""
    began = children_s()
    program.scores([doc], [doc["canonical_solution"]])
    return children_s() - began


def judged(program: Program, docs: Sequence[dict[str, Any]], answers: Sequence[str]) -> str:
    """How many answers pass, and how long that takes."""
    began = time.perf_counter()
    passed = sum(program.scores(docs, answers))
    return f"{passed:.0f} of {len(docs)} pass, in {time.perf_counter() - began:.1f} s"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problems", type=Path)
    parser.add_argument("--programs", type=int, default=40)
    arguments = parser.parse_args()
    with gzip.open(arguments.problems) as lines:
        docs = [json.loads(line) for line in lines]
    program = Program(TEMPLATE, PATIENT)
    print(f"right answers: {judged(program, docs, [doc['canonical_solution'] for doc in docs])}")
    print(f"answers that do nothing: {judged(program, docs, ['    pass'] * len(docs))}")
    each = [single(program, doc) for doc in docs[: arguments.programs]]
    print(f"one program: {1000 * statistics.median(each):.1f} ms of CPU time")


if __name__ == "__main__":
    main()
