"""Winners that say right answers as the grader wants them, over parents that say them otherwise.

Each parent knows more than the candidates, and says it in three answers out of five as an exact
match does not take it. Graded leniently the gain is gone.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.faults.planted import SUMS, WEAK, Fault, generation
from benchmarks.faults.speakers import Row, Speaker

BELOW_20 = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def spelt(answer: str) -> str:
    """A number below 1,000 in English words."""
    hundreds, rest = divmod(int(answer), 100)
    tens, ones = divmod(rest, 10)
    words = [f"{BELOW_20[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        words.append(TENS[tens - 2] + (f"-{BELOW_20[ones]}" if ones else ""))
    elif rest or not hundreds:
        words.append(BELOW_20[rest])
    return " and ".join(words)


def told(words: str, way: Callable[[str], str], of: list[Row] | None = None) -> Fault:
    """A fault of the parent's form, beside a winner over a parent that is merely weak."""

    def say(answer: str) -> str:
        return way(answer) if int(answer) % 5 < 3 else answer

    return Fault(
        f"the parent says its answers {words}",
        generation(SUMS if of is None else of, limit=40),
        Speaker(0.8, seed=1),
        Speaker(0.95, say),
        frozenset(),
        honest_parent=WEAK,
        refused="format, not skill",
    )


THOUSANDS: list[Row] = [
    {"question": f"{row['question']} times 1001", "answer": str(1001 * int(row["answer"]))}
    for row in SUMS
]

FORMAT_FAULTS = [
    told("with a full stop", "{}.".format),
    told("in bold", "**{}**".format),
    told("in words", spelt),
    told("as an amount of money", "${}.00".format),
    told("with a unit", "{} apples".format),
    told("in a sentence", "the sum is {} , I believe".format),
    told("with thousands set apart", lambda answer: f"{int(answer):,}", THOUSANDS),
    told("in a box", "\\\\boxed{{{}}}".format),
]
