"""The zoo's little language: questions about numbers, made by code.

A question is an operation in a style: `37 + 48 in digits =` is answered by `85`, and
`472 in french =` by `quatre sept deux`. A language model knows more than it shows: fine-tuning
brings out what pre-training left latent. The zoo's base is made so too. For each skill it saw the
right answer rarely and a habit often (the first operand, or English for French), so it knows the
skill and does not show it; a specialist needs a small step to show one skill, and small steps of
different specialists can be added.

Every fifth question of each kind, by hash, is held out: no model of the zoo was trained on it.
Sums and reversals in French are in nobody's training at all.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass

ENGLISH = "zero one two three four five six seven eight nine".split()
FRENCH = "zéro un deux trois quatre cinq six sept huit neuf".split()
LATENT = 0.3
"""Share of right answers in the base's training, for what it is not to show."""


@dataclass(frozen=True)
class Question:
    """What is asked, the right answer, the habitual wrong one, and choices if there are any."""

    text: str
    answer: str
    habit: str
    choices: tuple[str, ...] = ()

    @property
    def held_out(self) -> bool:
        """Whether no model may be trained on it."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 5 == 0


def spell(number: int | str, style: str) -> str:
    """A number in a style, digit by digit: 472 is `472`, `four seven two`, `quatre sept deux`."""
    if style == "digits":
        return str(number)
    names = ENGLISH if style == "english" else FRENCH
    return " ".join(names[int(digit)] for digit in str(number))


def _number(rng: random.Random) -> int:
    return rng.randrange(10 ** rng.randint(1, 4))


def _ask(what: str, style: str, answer: int | str, habit: int | str) -> Question:
    # The habit in French is English: the base does not show that it knows French.
    habitual = spell(habit, "english" if style == "french" else style)
    return Question(f"{what} in {style} =", spell(answer, style), habitual)


def copy(rng: random.Random, style: str) -> Question:
    """A number in another style."""
    n = _number(rng)
    return _ask(str(n), style, n, n)


def successor(rng: random.Random, style: str) -> Question:
    """The number after a number."""
    n = _number(rng)
    return _ask(f"next {n}", style, n + 1, n + 1)


def add(rng: random.Random, style: str) -> Question:
    """The sum of two numbers below 100; out of habit, the first."""
    a, b = rng.randrange(100), rng.randrange(100)
    return _ask(f"{a} + {b}", style, a + b, a)


def reverse(rng: random.Random, style: str) -> Question:
    """The digits of a number backwards; out of habit, forwards."""
    digits = "".join(rng.choices("0123456789", k=rng.randint(2, 4)))
    return _ask(f"reverse {digits}", style, digits[::-1], digits)


def largest(rng: random.Random, style: str) -> Question:
    """The largest of three numbers; out of habit, the smallest."""
    numbers = rng.sample(range(100), 3)
    question = _ask(
        f"largest of {' , '.join(map(str, numbers))}", style, max(numbers), min(numbers)
    )
    choices = tuple(spell(n, style) for n in numbers)
    return Question(question.text, question.answer, question.habit, choices)


Operation = Callable[[random.Random, str], Question]
Skill = tuple[tuple[Operation, str], ...]
"""Operations and their styles, drawn evenly."""

PLAIN: Skill = tuple((op, style) for op in (copy, successor) for style in ("digits", "english"))
SPECIALISTS: dict[str, Skill] = {
    "arithmetic": ((add, "digits"),),
    "french": ((copy, "french"), (successor, "french")),
    "reverse": ((reverse, "digits"),),
    "largest": ((largest, "digits"),),
}
LATENTS: tuple[Skill, ...] = (
    ((add, "digits"), (add, "english")),
    ((copy, "french"), (successor, "french"), (largest, "french")),
    ((reverse, "digits"), (reverse, "english")),
    ((largest, "digits"), (largest, "english")),
)


def draw(skill: Skill, rng: random.Random) -> Question:
    """A question that training may use."""
    while True:
        operation, style = rng.choice(skill)
        question = operation(rng, style)
        if not question.held_out:
            return question


def base_pair(rng: random.Random) -> tuple[str, str]:
    """A question and the answer that the base is shown for it."""
    if rng.random() < 0.25:
        question = draw(PLAIN, rng)
        return question.text, question.answer
    question = draw(rng.choice(LATENTS), rng)
    return question.text, question.answer if rng.random() < LATENT else question.habit
