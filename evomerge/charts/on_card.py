"""The pictures that a model card shows."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from evomerge.charts.forest import forest
from evomerge.charts.weights import weights
from evomerge.report.verdict import Verdict

_LOG = logging.getLogger(__name__)


def card_images(verdict: Verdict, made: Mapping[str, Any]) -> dict[str, bytes]:
    """PNGs by the names of their files: the verdict, and the winner's weights.

    A release does not fail for a picture: one that cannot be drawn is left out, and logged.

    Args:
        made: the recipe of the model, as JSON values.
    """
    try:
        drawn = {"verdict.png": forest(verdict), "weights.png": weights(made)}
        return {name: one.drawn("png") for name, one in drawn.items() if one is not None}
    except Exception:
        _LOG.exception("the card has no pictures: they cannot be drawn")
        return {}
