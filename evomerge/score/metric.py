"""The metric of a task that counts: which of them, after which filter, in which direction."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self

from evomerge.errors import RecipeError, TrialError

LOG_LIKELIHOODS = frozenset({"perplexity", "weighted_perplexity", "bits_per_byte"})
"""Aggregations of log-likelihoods; their item scores are the log-likelihoods, higher is better."""


@dataclass(frozen=True)
class Metric:
    """A metric of an lm-eval task."""

    name: str
    filter: str
    """The filter through which answers go before they are judged."""
    sign: float
    """+1 where more is better, -1 where less is."""
    is_likelihood: bool

    @classmethod
    def of(cls, task: Any, wanted: str) -> Self:
        """The metric that a recipe names.

        Args:
            task: an lm-eval task.
            wanted: "metric", or "metric,filter".

        Raises:
            RecipeError: the task has no such metric, or it is no mean over items.
        """
        name, _, chosen = wanted.partition(",")
        metrics, filters = sorted(task.aggregation()), [f.name for f in task._filters]
        if name not in metrics:
            raise RecipeError(f"has no metric {name!r}; it has {', '.join(metrics)}")
        if chosen and chosen not in filters:
            raise RecipeError(f"has no filter {chosen!r}; it has {', '.join(filters)}")
        if not chosen and len(filters) > 1:
            options = " or ".join(f'"{name},{option}"' for option in filters)
            raise RecipeError(f"filters answers in several ways; say metric: {options}")
        aggregation = task.aggregation()[name]
        kind = getattr(aggregation, "__name__", str(aggregation))
        if kind in LOG_LIKELIHOODS:
            return cls(name, chosen or filters[0], 1.0, True)
        if kind not in ("mean", "nanmean"):
            raise RecipeError(f"the metric {name!r} ({kind}) is not a mean over items")
        sign = 1.0 if task.higher_is_better().get(name, True) else -1.0
        return cls(name, chosen or filters[0], sign, False)

    def read(self, value: Any) -> tuple[float, float]:
        """An item's score, higher is better, and its weight in the task's mean.

        Raises:
            RecipeError: the metric gives something other than a number.
            TrialError: the score is not finite.
        """
        weight = 1.0
        if self.is_likelihood and isinstance(value, tuple):
            total, weight = float(value[0]), float(value[1])
            value = total / weight if weight else 0.0
        try:
            score = self.sign * float(value)
        except (TypeError, ValueError):
            raise RecipeError(f"the metric {self.name!r} is not a number per item") from None
        if not math.isfinite(score):
            raise TrialError(f"{self.name} of an item is {value}")
        return score, weight
