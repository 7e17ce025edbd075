"""What a run may cost in all: money by the recipe's prices, tokens, hours, energy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from evomerge.ledger import Outlay
from evomerge.rails.decision import Action, Decision, gravest
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun

J_PER_KWH = 3.6e6


class SpendSettings(RailSettings):
    """Settings of the rail `spend`. Without a limit it says nothing."""

    money: float | None = Field(None, gt=0, description="most that may be paid, in your currency")
    per_million_tokens: float = Field(0.0, ge=0, description="price of a million tokens")
    per_hour: float = Field(0.0, ge=0, description="price of an hour that the run is active")
    per_kwh: float = Field(0.0, ge=0, description="price of energy, where devices tell it")
    tokens: int | None = Field(None, ge=1, description="most tokens, whatever they are for")
    hours: float | None = Field(None, gt=0, description="most hours that the run is active")
    kwh: float | None = Field(None, gt=0, description="most energy, where devices tell it")

    @model_validator(mode="after")
    def _check(self) -> Self:
        priced = self.per_million_tokens or self.per_hour or self.per_kwh
        if self.money is not None and not priced:
            raise ValueError("money needs a price: per_million_tokens, per_hour or per_kwh")
        if self.money is None and priced:
            raise ValueError("a price has no effect without a limit: say money")
        return self


def judge(watched: WatchedRun, settings: SpendSettings) -> Decision:
    """Hold what was spent against each limit; what a person has accepted does not count again."""
    before = Outlay() if watched.accepted is None else watched.accepted.spent
    return gravest(_decisions(watched.newest.spent, before, settings))


def _decisions(now: Outlay, before: Outlay, settings: SpendSettings) -> Iterator[Decision]:
    tokens = now.tokens - before.tokens
    hours = (now.seconds - before.seconds) / 3600
    kwh = ((now.energy_j or 0.0) - (before.energy_j or 0.0)) / J_PER_KWH
    money = (
        tokens / 1e6 * settings.per_million_tokens
        + hours * settings.per_hour
        + kwh * settings.per_kwh
    )
    limits = {
        "of money": (money, settings.money),
        "tokens": (tokens, settings.tokens),
        "hours": (hours, settings.hours),
        "kWh": (kwh, settings.kwh),
    }
    for unit, (spent, limit) in limits.items():
        if limit is not None and spent >= limit:
            since = " since this was last overridden" if before != Outlay() else ""
            yield Decision(
                Action.PAUSE,
                spent,
                limit,
                f"{_figure(spent)} {unit} are spent{since}, and {_figure(limit)} are the limit",
            )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


SPEND = Rail(
    name="spend",
    summary="money (by the recipe's prices), tokens, hours or energy reach a limit",
    cure="an override allows as much once more",
    settings=SpendSettings,
    judge=judge,
)
