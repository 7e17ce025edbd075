"""A benchmark question as it is kept beside the answers to it, so that a run can show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Worded:
    """An item in words."""

    task: str
    item: str
    text: str
    """With its choices, a line each, where it has some."""
    gold: str = ""
    """The right answer; empty where the task names none."""
    choices: tuple[str, ...] = ()
    metric: str = ""
    """What scores the answers."""

    def said(self, responses: Sequence[Any]) -> str:
        """A model's answer in words.

        Args:
            responses: JSON values of :func:`evomerge.engine.request.to_plain`.
        """
        if responses and isinstance(responses[0][0], str):
            return "\n".join(response[0] for response in responses)
        likely = [float(response[0]) for response in responses]
        count = len(self.choices)
        if 1 < count <= len(likely):
            measures = [like / size for like, size in zip(likely, self._sizes, strict=False)]
            return self.choices[measures.index(max(measures))]
        return f"log-probability {sum(likely):.4g}"

    @property
    def _sizes(self) -> list[float]:
        """What lm-eval divides the log-likelihood of each choice by."""
        if self.metric.startswith("acc_norm"):
            return [float(len(choice)) or 1.0 for choice in self.choices]
        if self.metric.startswith("acc_bytes"):
            return [float(len(choice.encode())) or 1.0 for choice in self.choices]
        return [1.0] * len(self.choices)
