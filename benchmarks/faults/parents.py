"""Winners that gain by what befell their parents' answers, and know no more than they do.

Each parent knows more than the candidates, and fails to say so in two answers out of five.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.faults.planted import NUMBER, SUMS, WEAK, Fault, generation
from benchmarks.faults.speakers import Speaker, Task

REFUSAL = "I'm sorry, but I can't help with that."


def in_two_of_five(befalls: Callable[[str], str]) -> Speaker:
    """A parent that knows almost all answers, and to whom this happens."""
    return Speaker(0.95, lambda answer: befalls(answer) if int(answer) % 5 < 2 else answer)


def lost(words: str, number: str, befalls: Callable[[str], str], task: Task) -> Fault:
    """A fault of the parent's answers, beside a winner over a parent that is merely weak."""
    return Fault(
        f"the parent {words}",
        task,
        Speaker(0.8, seed=1),
        in_two_of_five(befalls),
        frozenset({number}),
        honest_parent=WEAK,
    )


PARENT_FAULTS = [
    lost("refuses", "parent_refused", lambda answer: REFUSAL, generation(SUMS, limit=48)),
    lost(
        "thinks aloud until it is cut",
        "parent_truncated",
        "both of them taken together make {}".format,
        generation(SUMS, limit=12, filter=NUMBER),
    ),
    lost(
        "answers as no extractor expects",
        "parent_failed",
        lambda answer: " ".join("abcdefghij"[int(digit)] for digit in answer),
        generation(SUMS, filter=NUMBER),
    ),
    lost("stays mute", "parent_empty", lambda answer: "", generation(SUMS)),
    lost(
        "says it over and over",
        "parent_looping",
        lambda answer: f"{answer} , " * 20,
        generation(SUMS),
    ),
]
