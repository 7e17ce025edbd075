"""Items and tokens a second of SmolLM2, for prompts and for decoding, beside lm-eval and the floor.

    python -m benchmarks.scoring models/smollm2/base --count 200 --most 200

Each side is a process of its own, one after the other: it is asked for one token of each answer
(prompts), then for whole answers; decoding is the difference. Seconds are those of the wall and of
the processors (user and system), which other work on the machine disturbs less; with one core
each of the sides would at best be twice as fast on two. The floor of the
prompts is their multiplications at the speed of a large product; that of decoding is the same for
its tokens, or the weights read once for each step of so many rows, whichever is longer.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from transformers import AutoTokenizer

from benchmarks.scoring.questions import prompts
from benchmarks.scoring.sides import SIDES
from evomerge.weights import open_parent

Seconds = tuple[float, float]
"""Of the wall, and of the processors."""


def clocks() -> Seconds:
    """Both clocks of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter(), used.ru_utime + used.ru_stime


def timed(work: Callable[[], list[str]]) -> tuple[list[str], Seconds]:
    """What something gives, and what it takes."""
    wall, cpu = clocks()
    found = work()
    then = clocks()
    return found, (then[0] - wall, then[1] - cpu)


def one_side(name: str, model: Path, count: int, most: int, cores: int) -> None:
    """Ask one side, and print what it took and answered."""
    asked = prompts(AutoTokenizer.from_pretrained(model), count)
    ask = SIDES[name](model, cores)
    _, first = timed(lambda: ask(asked, 1))
    answers, whole = timed(lambda: ask(asked, most))
    print(json.dumps({"prompts": first, "whole": whole, "process": clocks(), "answers": answers}))


def floor(model: Path, prompt_tokens: int, answer_tokens: int, rows: int, cores: int) -> None:
    """Print what the machine could do at best."""
    specs = open_parent(str(model)).tensors.specs.values()
    weights = sum(spec.numel for spec in specs if len(spec.shape) == 2)
    torch.set_num_threads(cores)
    a, b = torch.randn(2048, 2048), torch.randn(2048, 2048)
    large = torch.randn(1 << 27)
    product = min(timed(lambda: [str((a @ b)[0, 0])])[1][0] for _ in range(9))
    read = min(timed(lambda: [str(large.sum())])[1][0] for _ in range(9))
    flops, bandwidth = 2 * 2048**3 / product, large.nbytes / read
    of_prompts = 2 * weights * prompt_tokens / flops
    steps = 4 * weights * answer_tokens / rows / bandwidth
    decoding = max(2 * weights * answer_tokens / flops, steps)
    print(f"\n{flops / 1e9:.0f} GFLOPS and {bandwidth / 1e9:.1f} GB/s; floor: ")
    print(f"prompts {of_prompts:.1f} s, decoding in steps of {rows} rows {decoding:.1f} s")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--most", type=int, default=200, help="tokens of an answer")
    parser.add_argument(
        "--cores",
        type=int,
        default=2,
        help="1 on a busy machine, where threads "
        "that wait for each other cost lm-eval ten times as much",
    )
    parser.add_argument("--sides", nargs="*", default=[*SIDES], choices=SIDES)
    parser.add_argument("--side", choices=SIDES, help="ask this one, in this process")
    arguments = parser.parse_args()
    if arguments.side:
        one_side(arguments.side, arguments.model, arguments.count, arguments.most, arguments.cores)
        return
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    prompt_tokens = sum(map(len, map(tokenizer.encode, prompts(tokenizer, arguments.count))))
    print("| side | prompts, s (CPU) | decoding, s (CPU) | tokens/s | items/s | process, CPU s |")
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    kept: list[str] = []
    for side in arguments.sides:
        command = [sys.executable, "-m", "benchmarks.scoring", str(arguments.model)]
        command += ["--side", side, "--count", str(arguments.count), "--most", str(arguments.most)]
        command += ["--cores", str(arguments.cores)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        answers = found["answers"]
        first, whole = found["prompts"], found["whole"]
        wall, cpu = whole[0] - first[0], whole[1] - first[1]
        tokens = sum(len(tokenizer.encode(text)) + 1 for text in answers)
        kept = kept or answers
        differ = sum(a.strip() != b.strip() for a, b in zip(answers, kept, strict=True))
        print(
            f"| {side} | {first[0]:.1f} ({first[1]:.1f}) | {wall:.1f} ({cpu:.1f}) | "
            f"{tokens / wall:.0f} | {len(answers) / whole[0]:.2f} | {found['process'][1]:.0f} | "
            f"{differ} answers differ",
            flush=True,
        )
    floor(arguments.model, prompt_tokens, tokens, 32, arguments.cores)


if __name__ == "__main__":
    main()
