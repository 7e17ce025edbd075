"""How fast SmolLM2 answers and is weighed, beside lm-eval, continuous batching and the floor.

    python -m benchmarks.scoring models/smollm2/base --cores 1     # 15 minutes
    python -m benchmarks.scoring models/smollm2/base --sample 200  # everything: 1.5 hours

Each side is a process of its own, one after the other: it is asked for one token of each answer
(prompts), then for whole answers; decoding is the difference. Then it weighs four answers to each
of some prompts, as of a multiple choice. The others are asked a sample of the prompts alone, each
n-th one: their batches are whole, and made one after the other, so that an item takes as long in
few of them as in many. Seconds are those of the processors (user and system), which other work on
the machine disturbs less than those of the wall; on two cores a side would at best be twice as
fast.

The floor of the answers is their products at the speed of a large one, and of decoding also that
the weights are read once for each step: as many steps as the longest answer has tokens, for both of
our batches.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import torch
from transformers import AutoTokenizer

from benchmarks.scoring.floor import Floor
from benchmarks.scoring.questions import choices, prompts
from benchmarks.scoring.sides import OURS, SIDES
from evomerge.engine.transformers.batches import HANDS

T = TypeVar("T")
Seconds = tuple[float, float]
"""Of the processors, and of the wall."""
WEIGHED = 16
"""Prompts whose four answers are weighed."""


@dataclass(frozen=True)
class Found:
    """What a side answered, and what that took."""

    answers: list[str]
    prompts: Seconds
    """For the first token of each answer."""
    whole: Seconds
    """For the answers."""
    logprobs: list[float]
    weighing: Seconds
    tokens: int
    """Of all answers together."""


def timed(work: Callable[[], T]) -> tuple[T, Seconds]:
    """What something gives, and what it takes."""

    def clocks() -> Seconds:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime, time.perf_counter()

    before = clocks()
    found = work()
    after = clocks()
    return found, (after[0] - before[0], after[1] - before[1])


def ask(name: str, asked: Sequence[str], arguments: argparse.Namespace) -> Found:
    """Ask one side, in this process."""
    side = SIDES[name](arguments.model, arguments.cores, getattr(torch, arguments.dtype))
    _, first = timed(lambda: side.answer(asked, 1))
    answers, whole = timed(lambda: side.answer(asked, arguments.most))
    logprobs, weighing = list[float](), (0.0, 0.0)
    if (weigh := side.weigh) is not None:
        pairs = choices(asked[:WEIGHED])
        logprobs, weighing = timed(lambda: weigh(pairs))
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    tokens = sum(len(tokenizer.encode(text)) + 1 for text in answers)
    return Found(answers, first, whole, logprobs, weighing, tokens)


def ask_apart(name: str, arguments: argparse.Namespace) -> Found:
    """Ask one side, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.scoring", *sys.argv[1:], "--side", name]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Found(**json.loads(done.stdout.splitlines()[-1]))


def row(name: str, found: Found, ours: Found | None, pair_tokens: int, differ: str) -> str:
    """A line of the table."""
    count = len(found.answers)
    item = [seconds / count for seconds in found.whole]
    cells = [name, str(count), f"{found.prompts[0] / count:.3f}"]
    cells.append(f"{1000 * (found.whole[0] - found.prompts[0]) / (found.tokens - count):.1f}")
    cells += [f"{item[0]:.3f}", f"{1 / item[1]:.2f}"]
    if ours is None:
        cells += ["1", "1"]
    else:
        one = [seconds / len(ours.answers) for seconds in ours.whole]
        cells += [f"{theirs / mine:.2f}" for theirs, mine in zip(item, one, strict=True)]
    cells.append(f"{pair_tokens / found.weighing[0]:.0f}" if found.logprobs else "")
    return f"| {' | '.join([*cells, differ])} |"


def main() -> None:
    """Measure and print."""
    arguments = parsed()
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    asked = prompts(tokenizer, arguments.count)
    sample = asked[:: max(1, arguments.count // arguments.sample)][: arguments.sample]
    if arguments.side:
        found = ask(arguments.side, asked if arguments.side == OURS else sample, arguments)
        print(json.dumps(asdict(found)))
        return
    print(
        "| side | items | prompts, CPU s an item | decoding, CPU ms a token | CPU s an item | "
        "items a second | times as long as evomerge (CPU) | (wall) | weighed, tokens a CPU second "
        "| other answers |\n" + "| --- " * 10 + "|"
    )
    ours, known = None, dict[str, str]()
    for side in arguments.sides:
        found = ask_apart(side, arguments)
        those = asked if side == OURS else sample
        pairs = choices(those[:WEIGHED])
        pair_tokens = sum(len(tokenizer.encode(a + b)) for a, b in pairs)
        said = dict(zip(those, map(str.strip, found.answers), strict=True))
        differ = sum(known.get(prompt, text) != text for prompt, text in said.items())
        print(row(side, found, ours, pair_tokens, str(differ)), flush=True)
        if side == OURS:
            ours, known = found, said
    if ours is not None:
        print_floor(arguments, sum(map(len, map(tokenizer.encode, asked))), ours)


def print_floor(arguments: argparse.Namespace, prompt_tokens: int, ours: Found) -> None:
    """Print what the machine could do at best, beside what was done."""
    floor = Floor(arguments.model, getattr(torch, arguments.dtype))
    reading = floor.reading(HANDS["cpu"] * arguments.most)
    print(
        f"\n{floor}. Floor, CPU s: prompts {floor.products(prompt_tokens):.1f} by their products;"
    )
    print(
        f"decoding {floor.products(ours.tokens):.1f} by its products, {reading:.1f} by its steps."
    )
    first, whole = ours.prompts[0], ours.whole[0]
    print(f"evomerge: prompts {first:.1f}, decoding {whole - first:.1f}.")


def parsed() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--count", type=int, default=200, help="prompts that evomerge is asked")
    parser.add_argument(
        "--sample",
        type=int,
        default=32,
        help="prompts that the others are asked: a multiple of batches",
    )
    parser.add_argument("--most", type=int, default=200, help="tokens of an answer")
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument(
        "--cores",
        type=int,
        default=2,
        help="1 on a busy machine, where threads "
        "that wait for each other cost lm-eval ten times as much",
    )
    parser.add_argument("--sides", nargs="*", default=[*SIDES], choices=SIDES)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
