"""Questions to a chat model whose answers are between a few and some hundred tokens long."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

THINGS = (
    "a bicycle,the rain,a compass,the moon,bread,a lighthouse,glass,a river,coffee,an echo,"
    "a magnet,the heart,a volcano,paper,a clock,honey,a rainbow,soap,a bridge,snow"
).split(",")
LANDS = "France,Japan,Italy,Egypt,Canada,Spain,Peru,Norway,Kenya,Greece".split(",")
NAMES = "Anna,Boris,Clara,David,Elena,Frank,Greta,Hugo,Irene,Jonas".split(",")
PASSAGE = (
    "The old mill stood at the edge of the village, where the river bends to the north. {name} had "
    "worked there for {years} years, and knew every board of it. In the spring the water rose and "
    "the wheel turned day and night; in the summer there were weeks in which it did not turn at "
    "all. "
)


def question(rng: random.Random) -> str:
    """One of eight kinds: a sum, a name, a list, a sentence, a page, a story, two on a passage."""
    a, b = rng.randrange(10, 90), rng.randrange(10, 90)
    name, thing = rng.choice(NAMES), rng.choice(THINGS)
    passage = PASSAGE.format(name=name, years=a)
    return rng.choice(
        [
            f"What is {a} plus {b}? Reply with the number only.",
            f"What is the capital of {rng.choice(LANDS)}? Reply with one word.",
            f"Name {b // 15 + 2} things that one needs to make {thing}. Give a short list.",
            f"Explain in one sentence what {thing} is good for.",
            f"Explain how {thing} works.",
            f"Write a short story about {name} and {thing}.",
            f"{passage}Who worked at the mill, and for how long? Reply briefly.",
            f"{passage}{passage}Say in two sentences what the text is about.",
        ]
    )


def prompts(tokenizer: Any, count: int) -> Sequence[str]:
    """So many different questions as the model's chat template shows them."""
    rng, asked = random.Random(0), dict[str, None]()
    while len(asked) < count:
        asked[question(rng)] = None
    return [
        tokenizer.apply_chat_template(
            [{"role": "user", "content": text}], tokenize=False, add_generation_prompt=True
        )
        for text in asked
    ]


def choices(asked: Sequence[str]) -> list[tuple[str, str]]:
    """Each prompt with four answers, as of a multiple choice: what log-likelihoods are asked of."""
    rng = random.Random(1)
    return [(prompt, f" {thing}") for prompt in asked for thing in rng.sample(THINGS, 4)]
