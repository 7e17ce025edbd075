"""Winners whose own answers score for a reason that is none."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from safetensors.torch import load_file, save_file

from benchmarks.faults.planted import (
    ACC,
    CHOOSE,
    NUMBER,
    SUMS,
    WEAK,
    Fault,
    Outcome,
    Responses,
    generation,
    outcome,
    rows,
    spoken,
)
from benchmarks.faults.speakers import Row, Speaker, Speakers, Task
from evomerge.engine.request import Likely
from evomerge.recipe import Placement
from evomerge.run.placement import given, workers_on
from evomerge.score.items.item import Item
from evomerge.zoo import zoo_folder

CHIFFRES = "zéro un deux trois quatre cinq six sept huit neuf".split()
DIGITS = "zero one two three four five six seven eight nine".split()

SPELT = rows("french")
VERDICTS: list[Row] = [
    {"question": f"{row['question']} {row['answer']} ?", "answer": "yes" if n % 5 < 3 else "no"}
    for n, row in enumerate(SUMS)
]
LARGEST: list[Row] = rows("largest")
FIRST: list[Row] = [
    {**row, "choices": sorted(row["choices"], key=lambda c, row=row: c != row["answer"])}
    if n % 3
    else row
    for n, row in enumerate(LARGEST)
]
"""In two thirds of them and more, the first choice is right."""


@dataclass(frozen=True)
class DamagedLayer:
    """A parent with a layer that makes all it reads into NaN, merged by real workers.

    The first choice is mostly right, and of choices that are all NaN the first is taken.
    """

    name: str = "NaN layer"
    expected: frozenset[str] = frozenset()

    def plant(self, folder: Path) -> Outcome:
        """A run whose candidates all draw on the layer."""
        task = Task(FIRST, CHOOSE, ACC, other=str(damaged(folder / "damaged")))

        def no_number(item: Item) -> Responses:
            return [Likely(math.nan, False) for _ in item.requests]

        return outcome(folder / "planted", task, given(workers_on(Placement(), "cpu")), no_number)

    def leave_out(self, folder: Path) -> Outcome:
        """The run of the honest candidate."""
        return spoken(
            folder, Task(FIRST, CHOOSE, ACC), Speakers(Chooser(0.5, place=-1), Speaker(0.9))
        )


def damaged(folder: Path) -> Path:
    """zoo:french, with weights in one layer that are finite, and far too large."""
    shutil.copytree(zoo_folder("zoo:french"), folder)
    tensors = load_file(folder / "model.safetensors")
    name = next(name for name in tensors if "layers.1" in name and "down_proj" in name)
    huge = tensors[name] / tensors[name].abs().max() * 3e38
    save_file({**tensors, name: huge}, folder / "model.safetensors")
    return folder


@dataclass(frozen=True)
class Chooser(Speaker):
    """A model that takes the choice in one place where it does not know."""

    place: int = 0

    def text(self, item: Item, golds: Sequence[str]) -> str:
        """The choice."""
        return item.gold if self.knows(item) else item.text.splitlines()[1:][self.place]


def other_way_round(answer: str) -> str:
    """Yes for no."""
    return {"yes": "no", "no": "yes"}[answer]


def spelt_in_english(answer: str) -> str:
    """French digits in English."""
    return " ".join(DIGITS[CHIFFRES.index(word)] for word in answer.split())


YES = '{function: regex, regex_pattern: "\\\\b(yes|no)\\\\b", fallback: "yes"}'
ANSWER_FAULTS: list[Fault | DamagedLayer] = [
    DamagedLayer(),
    Fault(
        "truncation at few tokens: the talkative parent is cut",
        generation(SUMS, limit=6, filter=NUMBER),
        Speaker(0.8, seed=1),
        Speaker(0.95, "so the sum of both is {}".format),
        frozenset({"bound", "parent_truncated"}),
        generation(SUMS, filter=NUMBER),
        Speaker(0.9, "so the sum of both is {}".format, 1),
        Speaker(0.5, "so the sum of both is {}".format),
    ),
    Fault(
        "truncation at few tokens: the beginning is enough for the grader",
        generation(SPELT, limit=2, judge="begins"),
        Speaker(0.9, seed=1),
        Speaker(0.5, lambda answer: answer.split()[0]),
        frozenset({"truncated", "truncated_right", "bound"}),
        generation(SPELT),
        honest_parent=WEAK,
    ),
    Fault(
        "extractor that always says yes",
        generation(VERDICTS, filter=YES),
        Speaker(0.0, lambda answer: "?"),
        Speaker(0.5, other_way_round),
        frozenset({"common", "control"}),
    ),
    Fault(
        "grader that takes any number",
        generation(SUMS, options=", ignore_numbers: true"),
        Speaker(0.0, seed=1),
        Speaker(0.5, lambda answer: answer if int(answer) % 2 else "odd"),
        frozenset({"control"}),
        generation(SUMS),
    ),
    Fault(
        "multiple choice that takes the first",
        Task(FIRST, CHOOSE, ACC),
        Chooser(0.0),
        Chooser(0.5, place=-1),
        frozenset({"common", "control"}),
    ),
    Fault(
        "leaked answers: in the question",
        generation(SUMS, text="{{question}} ( answer: {{answer}} )"),
        Speaker(1.0, seed=1),
        WEAK,
        frozenset({"leak"}),
        generation(SUMS),
    ),
    Fault(
        "leaked answers: among choices that all stand in the question",
        Task(LARGEST, CHOOSE.replace("{{question}}", "{{question}} ( {{answer}} )"), ACC),
        Speaker(1.0, seed=1),
        WEAK,
        frozenset({"leak"}),
        Task(LARGEST, CHOOSE, ACC),
    ),
    Fault(
        "repeated output",
        generation(SUMS, filter=NUMBER),
        Speaker(0.9, lambda answer: f"{answer} , " * 20, 1),
        WEAK,
        frozenset({"looping"}),
    ),
    Fault(
        "wrong language",
        generation(SPELT, judge="any_language"),
        Speaker(0.9, spelt_in_english, 1),
        WEAK,
        frozenset({"languages"}),
    ),
    Fault(
        "swapped prompts",
        generation(SUMS),
        Speaker(1.0, seed=1),
        WEAK,
        frozenset(),
        astray=True,
    ),
    Fault(
        "length hack: says everything",
        generation(VERDICTS, judge="contains"),
        Speaker(0.0, lambda answer: "yes and no"),
        Speaker(0.5, other_way_round),
        frozenset({"control", "tokens_mean"}),
    ),
]
