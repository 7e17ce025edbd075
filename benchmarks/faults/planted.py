"""What it takes to plant a fault: tasks, whole runs of models that are made up, their outcome."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.speakers import Row, Speaker, Speakers, Task, at_face_value, judged, opened
from evomerge import status
from evomerge.engine.request import Response
from evomerge.errors import EvomergeError
from evomerge.report.verdict import Verdict
from evomerge.run.evolution import MakeWorkers
from evomerge.score.items.item import Item
from evomerge.zoo import TASKS

Responses = Sequence[Response]

GENERATE = """\
doc_to_text: "{text}"
doc_to_target: "{{{{answer}}}}"
output_type: generate_until
generation_kwargs: {{until: ["\\n"], max_gen_toks: {limit}}}
filter_list: [{{name: taken, filter: [{filter}, {{function: take_first}}]}}]
metric_list: [{{metric: exact_match, aggregation: mean, higher_is_better: true{options}}}]
"""
CHOOSE = """\
doc_to_text: "{{question}}"
doc_to_target: "{{choices.index(answer)}}"
output_type: multiple_choice
doc_to_choice: "{{choices}}"
metric_list: [{metric: acc, aggregation: mean, higher_is_better: true}]
"""
ACC = "metric: acc"
LENIENT = """
def contains(doc, answer):
    return float(doc["answer"] in answer)

def begins(doc, answer):
    return float(doc["answer"].startswith(answer.strip()))

def thorough(doc, answer):
    return min(1.0, len(answer) / 100)

def right_and_thorough(doc, answer):
    return (float(doc["answer"] in answer.split()) + min(1.0, len(answer) / 60)) / 2

CHIFFRES = "zéro un deux trois quatre cinq six sept huit neuf".split()
DIGITS = "zero one two three four five six seven eight nine".split()

def any_language(doc, answer):
    said = [CHIFFRES[DIGITS.index(w)] if w in DIGITS else w for w in answer.split()]
    return float(said == doc["answer"].split())
"""


def rows(name: str) -> list[Row]:
    """Questions of a task that ships."""
    return [json.loads(line) for line in (TASKS / f"{name}.jsonl").read_text().splitlines()]


def generation(
    of: Sequence[Row],
    limit: int = 24,
    judge: str | None = None,
    filter: str = "{function: remove_whitespace}",
    options: str = "",
    text: str = "{{question}}",
) -> Task:
    """A task of generated answers.

    Args:
        limit: tokens.
        judge: function of `LENIENT`, instead of an exact match.
        options: of the exact match, as YAML.
        text: the prompt's template.
    """
    settings = GENERATE.format(limit=limit, filter=filter, options=options, text=text)
    way = "metric: exact_match" if judge is None else f'python: "judge.py:{judge}"'
    return Task(of, settings, way, LENIENT)


NUMBER = '{function: regex, regex_pattern: "(\\\\d+)"}'
"""A filter that takes the first number."""

SUMS = rows("arithmetic")
WEAK, HONEST = Speaker(0.5), Speaker(0.9, seed=1)


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    verdict: str
    winner: float
    """On the sealed items; what its answers would score on the search items where it failed."""
    best_parent: float
    flags: frozenset[str]
    failure: str = ""
    reasons: Sequence[str] = ()
    """Why it was refused."""


def outcome(
    folder: Path, task: Task, make_workers: MakeWorkers, respond: Callable[[Item], Responses]
) -> Outcome:
    """Go through a run.

    Args:
        respond: how a candidate answers.
    """
    prepared = opened(folder, task)
    try:
        verdict = judged(folder / "run", prepared, make_workers)
    except EvomergeError as error:
        parents = status(folder / "run")["parents"].values()
        best = max(row["search"] for row in parents if row["search"] is not None)
        score = at_face_value(prepared, respond)
        return Outcome("failed", score, best, frozenset(), str(error))
    return concluded(verdict)


def concluded(verdict: Verdict) -> Outcome:
    """What a finished run came to."""
    assert verdict.best_parent is not None
    found = frozenset(flag.what for flag in verdict.flags)
    return Outcome(verdict.outcome, verdict.winner, verdict.best_parent, found, "", verdict.reasons)


@dataclass(frozen=True)
class Fault:
    """A way to score high, and what is sound beside it."""

    name: str
    task: Task
    faulty: Speaker
    parent: Speaker
    expected: frozenset[str]
    """What must be flagged; nothing where it must fail or be refused."""
    sound: Task | None = None
    """The task without the fault, where it is the task's."""
    honest: Speaker = HONEST
    honest_parent: Speaker | None = None
    astray: bool = False
    """Whether candidates are asked other prompts than intended."""
    refused: str = ""
    """What the reasons of the refusal must say, where it must be refused."""

    def plant(self, folder: Path) -> Outcome:
        """A run whose candidates have the fault."""
        return spoken(folder, self.task, Speakers(self.parent, self.faulty, self.astray))

    def leave_out(self, folder: Path) -> Outcome:
        """The run of the honest candidate."""
        parent = self.honest_parent or self.parent
        return spoken(folder, self.sound or self.task, Speakers(parent, self.honest))


def spoken(folder: Path, task: Task, speakers: Speakers) -> Outcome:
    """A run of models that say what they are told to."""
    return outcome(folder, task, speakers, lambda item: speakers.respond(item, False))
