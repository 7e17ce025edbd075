"""The metric of a task that counts: which of them, after which filter, in which direction."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, Self

from evomerge.errors import RecipeError, TrialError
from evomerge.score.grading.tryout import names_given
from evomerge.score.harness import PLAIN_MEAN, is_own_metric, own_aggregation
from evomerge.score.prompts.gold import GOLD_LOGPROB
from evomerge.score.proof.scale import ASSUMED, BINARY, NATS_PER_BYTE, NATS_PER_WORD, Scale

LOG_LIKELIHOODS = frozenset({"perplexity", "weighted_perplexity", "bits_per_byte"})
"""Aggregations of log-likelihoods; their item scores are the log-likelihoods, higher is better."""

MEANS = frozenset({"mean", "nanmean", "brier_score"})
"""Aggregations that are means over items: one item's score is what they make of it alone."""

PER_ITEM = LOG_LIKELIHOODS | MEANS

_RIGHT_OR_WRONG = ("acc", "acc_norm", "acc_mutual_info", "acc_bytes", "exact_match")
_SCALES: dict[str, Scale] = {
    "brier_score": Scale(0.0, 2.0),
    **dict.fromkeys(_RIGHT_OR_WRONG, BINARY),
}
"""What lm-eval's own metrics can give for an item."""

_LOG_SCALES = {"bits_per_byte": NATS_PER_BYTE, "byte_perplexity": NATS_PER_BYTE}
"""The unit of a log-likelihood, by the metric; else it is a word or an answer."""

_PROBES = ([0.0, 1.0, 1.0, 0.0, 1.0], [0.25, -3.0, 7.5], [2.0])
"""Scores whose mean an aggregation must give that is to be taken for one."""


class UnknownMetric(RecipeError):
    """A task has no metric of that name."""


@dataclass(frozen=True)
class Metric:
    """A metric of an lm-eval task."""

    name: str
    filter: str
    """The filter through which answers go before they are judged."""
    sign: float
    """+1 where more is better, -1 where less is."""
    aggregate: Callable[[list[Any]], Any] | None
    """The task's mean over items; None for log-likelihoods."""
    scale: Scale
    """What an item can score: as is known of the metric, or else as most are."""

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
        filter_name = choose_filter(task, chosen, "metric", lambda f: f'"{name},{f}"')
        if name not in task.aggregation():
            given = names_given(task, filter_name, name)
            if name not in given:
                known = ", ".join(sorted({*task.aggregation(), *given}))
                raise UnknownMetric(f"has no metric {name!r}; it has {known}, {GOLD_LOGPROB}")
        aggregations = {name: PLAIN_MEAN, **task.aggregation()}  # as lm-eval has it
        kind = _kind(aggregations[name])
        if kind in LOG_LIKELIHOODS:
            return cls(name, filter_name, 1.0, None, _LOG_SCALES.get(name, NATS_PER_WORD))
        if kind not in MEANS:
            usable = [n for n in sorted(aggregations) if _kind(aggregations[n]) in PER_ITEM]
            raise RecipeError(
                f"the metric {name!r} ({kind}) is not a mean over items: it takes all of them at "
                "once, and offspring are compared item by item; use "
                f"{', '.join([*usable, GOLD_LOGPROB])} or a python function"
            )
        sign = 1.0 if task.higher_is_better().get(name, True) else -1.0
        own = _SCALES.get(name) if is_own_metric(task, name) else None
        scale = own or ASSUMED
        if sign < 0:
            scale = Scale(-scale.high, -scale.low, assumed=scale.assumed)
        return cls(name, filter_name, sign, aggregations[name], scale)

    def read(self, judged: Any) -> tuple[float, float]:
        """An item's score, higher is better, and its weight in the task's mean.

        Log-likelihoods are in nats; those of a text, per byte or word of it, which weigh it. An
        item weighs nothing for which the metric is not given, or whose number the aggregation
        leaves out, as lm-eval's `nanmean` leaves out NaN: it has the worst score of the scale then.

        Args:
            judged: what lm-eval's `process_results` gives for the item.

        Raises:
            TrialError: the metric gives something other than a finite number.
        """
        if not isinstance(judged, Mapping):
            raise TrialError(f"what judges gave {judged!r:.80}, and not a number for each metric")
        if self.name not in judged:
            return self.scale.low, 0.0
        value, weight = judged[self.name], 1.0
        if self._leaves_out(value):
            return self.scale.low, 0.0
        if self.aggregate is None and isinstance(value, tuple):
            total, weight = float(value[0]), float(value[1])
            value = total / weight if weight else 0.0
        try:
            score = self.sign * float(self.aggregate([value]) if self.aggregate else value)
        except (TypeError, ValueError):
            raise TrialError(
                f"the metric {self.name!r} is not a number per item, but {value!r:.80}"
            ) from None
        if not math.isfinite(score):
            raise TrialError(f"{self.name} is {value}")
        return score, weight

    def _leaves_out(self, value: Any) -> bool:
        """Whether the task's mean is taken over the other items, where one has this value."""
        missing = value is None or (isinstance(value, Real) and math.isnan(value))
        if not missing or self.aggregate is None:
            return False
        try:
            return math.isclose(float(self.aggregate([0.0, value, 1.0])), 0.5)
        except Exception:  # whatever a task's own code does with it
            return False


def choose_filter(task: Any, wanted: str, key: str, spell: Callable[[str], str] = str) -> str:
    """The filter that a recipe names, or the only one.

    Args:
        wanted: its name, or "".
        key: where in a term of the fitness it is named.
        spell: what is written there for a filter's name.

    Raises:
        RecipeError: there is no such filter, or there are several and none is named.
    """
    filters = [f.name for f in task._filters]
    if wanted and wanted not in filters:
        raise RecipeError(f"has no filter {wanted!r}; it has {', '.join(filters)}")
    if not wanted and len(filters) > 1:
        options = " or ".join(map(spell, filters))
        raise RecipeError(f"filters answers in several ways; say {key}: {options}")
    return wanted or filters[0]


def _kind(aggregation: Any) -> str:
    """What an aggregation computes, by lm-eval's names; of a foreign one that is no mean, its own.

    A function is not known by what it is called: one that is called `mean` may be a maximum.
    """
    own = own_aggregation(aggregation)
    if own is not None:
        return own
    return "mean" if _is_mean(aggregation) else f"{_name(aggregation)}, which is no mean"


def _is_mean(aggregation: Any) -> bool:
    try:
        return all(
            math.isclose(float(aggregation(probe)), sum(probe) / len(probe)) for probe in _PROBES
        )
    except Exception:  # whatever a task's own code does with numbers
        return False


def _name(aggregation: Any) -> str:
    return str(getattr(aggregation, "__name__", aggregation))
