"""Where a run's jobs are done: how many workers, and what each of them needs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from evomerge.recipe.values import Frozen

UNITS = {"KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}


def _in_bytes(value: Any) -> Any:
    """A size such as 8GB, in bytes."""
    if not isinstance(value, str):
        return value
    number, unit = value.strip()[:-2], value.strip()[-2:].upper()
    if unit not in UNITS:
        raise ValueError(f"{value}: a number of bytes, or one with KB, MB, GB or TB behind it")
    try:
        return round(float(number) * UNITS[unit])
    except (ValueError, OverflowError):
        raise ValueError(f"{value}: no number stands before {unit}") from None


class Placement(Frozen):
    """Where jobs are done. It decides how long a run takes, and nothing of what it comes to."""

    count: int = Field(1, strict=True, ge=1, le=10_000, description="workers; 1 is this process")
    ray: str | None = Field(
        None, min_length=1, description="a Ray cluster's address, or auto for this machine's"
    )
    gpus: float | None = Field(
        None, gt=0, le=64, description="for each worker; 0.5: two share one. By default 1 of cuda"
    )
    cpus: int | None = Field(
        None, ge=1, le=4096, description="for each worker; by default as many as let all fit"
    )
    memory: Annotated[int | None, BeforeValidator(_in_bytes)] = Field(
        None, ge=1, description="for each worker: bytes, or 8GB"
    )
    resources: dict[str, Annotated[float, Field(gt=0)]] = Field(
        {}, description="further resources of Ray's that each worker needs"
    )
    labels: dict[str, str] = Field(
        {}, description="labels that a worker's node must have, as Ray's label_selector"
    )
    limit_s: float | None = Field(
        None, gt=0, description="seconds after which a try ends; learnt from the run by default"
    )

    @model_validator(mode="before")
    @classmethod
    def _of_number(cls, value: Any) -> Any:
        """A number alone is how many."""
        whole = isinstance(value, int) and not isinstance(value, bool)
        return {"count": value} if whole else value

    @model_validator(mode="after")
    def _check(self) -> Placement:
        if self.gpus is not None and self.gpus > 1 and self.gpus != int(self.gpus):
            raise ValueError(f"gpus: {self.gpus:g} is neither a share of one nor a whole number")
        return self

    @property
    def in_process(self) -> bool:
        """Whether one worker in this process does it."""
        needs = (self.ray, self.gpus, self.cpus, self.memory)
        return self.count == 1 and not any(needs) and not self.resources and not self.labels

    def plain(self) -> dict[str, Any]:
        """All its keys, of JSON values."""
        return self.model_dump()

    @property
    def said(self) -> dict[str, Any]:
        """The keys that were given a value."""
        return self.model_dump(exclude_unset=True)
