"""Sets of parents: three on which an operator is found, three others on which it is tested."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from benchmarks.operators.skills import Specialist, term
from evomerge.zoo import zoo_folder
from scripts.zoo.train import save, train

RATE = 3e-4
"""Of all trainings."""


@dataclass(frozen=True)
class ParentSet:
    """Parents that are merged, for the tasks of their skills."""

    name: str
    trained: tuple[Specialist, ...] = ()
    shipped: tuple[str, ...] = ()
    """Specialists of the zoo, by their skills."""
    sealed: int = 200
    """Test items of each task."""

    @property
    def skills(self) -> list[str]:
        """What is measured."""
        return sorted({*self.shipped, *(one.skill for one in self.trained)})

    @property
    def splits(self) -> dict[str, int]:
        """Items of each task: few to search by, since formulas and methods are many."""
        return {"search": 40, "validation": 120, "test": self.sealed}

    @property
    def terms(self) -> list[dict[str, str]]:
        """The fitness of its recipes."""
        return [*map(term, self.skills)]

    def models(self, folder: Path) -> list[str]:
        """Where the parents are."""
        shipped = [f"zoo:{skill}" for skill in self.shipped]
        return shipped + [str(folder / self.name / one.name) for one in self.trained]


def _alike(
    skills: tuple[str, ...], seed: int, steps: int, conflict: bool = False
) -> tuple[Specialist, ...]:
    """A specialist of each skill, with seeds from one on."""
    return tuple(
        Specialist(skill, number, steps, tuple(one for one in skills if conflict and one != skill))
        for number, skill in enumerate(skills, start=seed)
    )


DIGITS = ("arithmetic", "reverse", "largest")
OTHERS = ("sums_english", "reverse_english", "largest_english", "largest_french")

FINDING = (
    ParentSet("two", shipped=("arithmetic", "french")),
    ParentSet("conflict", _alike(DIGITS, 10, 120, conflict=True)),
    ParentSet("long", _alike(("french", "reverse", "largest"), 20, 150)),
)
TESTING = (
    ParentSet("conflict-4", _alike(OTHERS, 30, 120, conflict=True), sealed=400),
    ParentSet(
        "uneven-5",
        (
            Specialist("sums_english", 40, 100),
            Specialist("sums_english", 41, 50),
            Specialist("reverse_english", 42, 30),
            Specialist("largest_english", 43, 50),
            Specialist("largest_french", 44, 50),
        ),
        sealed=400,
    ),
    ParentSet(
        "doubled-6",
        _alike(OTHERS[:2] + OTHERS[3:], 50, 50) + _alike(OTHERS[:2] + OTHERS[3:], 60, 50),
        sealed=400,
    ),
)


def train_parents(folder: Path) -> None:
    """Train those that are missing."""
    base = zoo_folder("zoo:base")
    tokenizer = AutoTokenizer.from_pretrained(base)
    for parents in (*FINDING, *TESTING):
        for one in parents.trained:
            to = folder / parents.name / one.name
            if (to / "model.safetensors").exists():
                continue
            print(to, flush=True)
            torch.manual_seed(one.seed)
            model = AutoModelForCausalLM.from_pretrained(base)
            train(model, tokenizer, one.pair, one.steps, RATE, one.seed)
            save(model, tokenizer, to)
