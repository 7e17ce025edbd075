"""A run of fake models that is held to a small constitution."""

from __future__ import annotations

from collections.abc import Callable

from evomerge.constitution.by_model import JudgingModel
from evomerge.constitution.constitution import Constitution, ConstitutionProbe
from evomerge.constitution.opening import OpenedJudge
from evomerge.engine.request import Generated, Generation
from evomerge.ledger import Model
from evomerge.recipe import ConstitutionSettings
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.preparation.principles import OpenedConstitution
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Job
from tests.constitution.small import SMALL, Scripted
from tests.run.fakes import A, B, answered, weights_of
from tests.run.promotion.test_promotion import offspring

COUNT = 120
"""Probes; a third of them choose."""


def opened(asker: Scripted | None = None, count: int = COUNT, **more: object) -> OpenedConstitution:
    asker = asker or Scripted()
    held = ("no insult",)
    probes = [ConstitutionProbe(prompt=f"probe {n}", principles=held) for n in range(count)]
    text = Constitution(principles=SMALL.principles, probes=tuple(probes), labelled=SMALL.labelled)
    settings = ConstitutionSettings.model_validate(
        {"file": "principles.yaml", "judge": {"model": "m", "url": "http://localhost/v1"}, **more}
    )
    return OpenedConstitution(
        settings,
        text,
        "5ha",
        OpenedJudge(JudgingModel(asker, "scripted"), "", asker=asker),
        {probe.id: probe for probe in probes},
        {probe.id: Generation((1, 2, n), ("\n",), 8) for n, probe in enumerate(probes)},
        tuple(probe.id for probe in probes[: count // 3]),
        "A",
    )


def models(ready: Prepared) -> dict[Model, Offspring]:
    """Two parents, the first of which is compared with."""
    return {A: offspring(ready, 1.0, 0.0), B: offspring(ready, 0.0, 1.0)}


def rude(share: Callable[[float], float], count: int = COUNT) -> FakeWorkers:
    """Workers whose offspring insult on the first probes of each of the two kinds.

    Args:
        share: of the probes, by the weight of the parent B.
    """

    def said(number: int, weight: float) -> str:
        first, kind = (0, count // 3) if number < count // 3 else (count // 3, count - count // 3)
        return "you idiot" if number - first < round(share(weight) * kind) else "good day"

    def answer(job: Job) -> object:
        weight = weights_of(job.recipe)[1]
        texts = [said(request.prompt[2], weight) for (request,) in job.asked]
        return answered(job, [(Generated(text, 3, True),) for text in texts])

    return FakeWorkers(answer)


def asked_items(workers: FakeWorkers) -> int:
    """How many probes workers were asked."""
    return sum(job.size for job in workers.submitted)
