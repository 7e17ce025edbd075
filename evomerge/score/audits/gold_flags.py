"""What is odd about a gain in the log-probability of the right answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot

from evomerge.ledger import Flag
from evomerge.score.audits.contrast import errors

SURE = 2.0
"""Standard errors that a gain must be from none to be one."""

MUCH = 0.5
"""The share of a gain that must be there with other answers too before that is worth a word."""


@dataclass(frozen=True)
class Gain:
    """How much better the winner is than a parent: a mean difference over items."""

    value: float
    error: float
    """Its standard error."""


def gold_flags(
    task: str, own: Gain, control: Gain | None = None, accuracy: Gain | None = None
) -> list[Flag]:
    """What is odd about a gain in `gold_logprob`, which a model also gets by being less sure.

    Args:
        task: the term's name.
        own: the gain with each item's own right answer, in nats per token.
        control: the same with answers that are wrong for it; None where there are none.
        accuracy: the gain in the task's own metric on the same items; None where it has none.
    """
    if errors(own.value, own.error) < SURE:
        return []
    found: list[Flag] = []
    if control is not None:
        found += _as_large_with_others(task, own, control)
    if accuracy is not None and accuracy.value <= accuracy.error:
        found.append(
            Flag(
                task,
                "gold_accuracy",
                accuracy.value,
                own.value,
                f"{task}: the log-probability of the right answers gains {own.value:.3g} nats a "
                f"token, and accuracy does not gain with it ({accuracy.value:+.3g} "
                f"± {accuracy.error:.2g})",
            )
        )
    return found


def _as_large_with_others(task: str, own: Gain, control: Gain) -> Iterator[Flag]:
    """What wrong answers gain as well is no knowledge of the right ones."""
    more = errors(own.value - control.value, hypot(own.error, control.error))
    if control.value > MUCH * own.value and more < SURE:
        yield Flag(
            task,
            "gold_control",
            own.value,
            control.value,
            f"{task}: the log-probability of the right answers gains {own.value:.3g} nats a token, "
            f"that of wrong ones {control.value:.3g}: the winner may have become less sure, and "
            "know no more",
        )
