"""What a term of the fitness says of generated answers, put into its task."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from evomerge.engine.request import Generation, Request, Thought
from evomerge.errors import RecipeError
from evomerge.recipe import FitnessTerm
from evomerge.score.items.item import Item
from evomerge.score.library.own_code import LM_EVAL
from evomerge.score.prompts.limits import MAX_GEN_TOKS

Requests = tuple[Request, ...]

FILTER, MEAN = "filter", "mean"
"""Ways to make one score of several answers: the task's filter is given all, or each is judged."""

_OPENINGS = (("/", ""), ("end_of_", "begin_of_"))
"""What in the end of a thought stands in the place of what in its beginning."""


@dataclass(frozen=True)
class Answers:
    """How the answers to a question are generated, and how their scores become one."""

    repeats: int = 1
    reduce: str = MEAN
    think_end: str = ""
    """What ends a thought before an answer; empty where none is expected."""
    seed: int = 0
    """Of those that are drawn."""

    def __str__(self) -> str:
        """How several are made one, as "pass@2 of 8"."""
        return f"{self.reduce} of {self.repeats}"

    def asked(self, requests: Requests, instance: Any, item: Item) -> Requests:
        """What is asked of a model in the place of lm-eval's requests for an item.

        Args:
            instance: of lm-eval's, that the requests were made of.
        """
        first = next(iter(requests), None)  # of an empty text nothing is asked
        if not isinstance(first, Generation):
            return requests
        if self.think_end:
            first = replace(first, thought=thought_before(instance.args[0], self.think_end))
        if first.sampling is None:
            return (first,)
        keys = (first.sampling.keyed(self.seed, item.id, number) for number in range(self.repeats))
        return tuple(replace(first, sampling=one) for one in keys)


ONE = Answers()
"""One answer, the likeliest, and no thought before it."""


def settle(task: Any, term: FitnessTerm, think_end: str, seed: int) -> Answers:
    """Set how a task's answers are generated, as the term says.

    Args:
        task: an lm-eval task, changed in place.
        think_end: what ends thoughts, in all tasks that generate answers.
        seed: of answers that are drawn.

    Raises:
        RecipeError: the task generates no answers, or not as its settings say; or they would all
            be the same.
    """
    given = term.generation
    if task.OUTPUT_TYPE != "generate_until":
        if idle := [*given, *(["think_end"] if term.think_end else [])]:
            raise RecipeError(f"generates no answers, so {', '.join(idle)} would have no effect")
        return ONE
    if given and not type(task).construct_requests.__module__.startswith(LM_EVAL):
        raise RecipeError(f"asks by code of its own, so {', '.join(given)} would have no effect")
    settings = dict(task.config.generation_kwargs or {})
    if "max_gen_toks" in given:
        settings = {key: value for key, value in settings.items() if key not in MAX_GEN_TOKS}
    if "temperature" in given:
        settings["do_sample"] = given["temperature"] > 0
    chosen = ("max_gen_toks", "temperature", "top_p", "top_k")
    settings |= {key: given[key] for key in chosen if key in given}
    if "until" in given:
        settings["until"] = [*given["until"]]
    task.set_config("generation_kwargs", settings)
    repeats, reduce = _several(task, term, settings)
    return Answers(repeats, reduce, think_end, seed)


def _several(task: Any, term: FitnessTerm, settings: dict[str, Any]) -> tuple[int, str]:
    """How many answers there are, and how they are made one, by the term or else by the task.

    What judges in the place of the task's metrics judges one answer at a time.
    """
    given = term.generation
    samples = settings.get("do_sample") or (
        settings.get("do_sample") is None and float(settings.get("temperature") or 0) > 0
    )
    idle = [key for key in ("top_p", "top_k", "repeats", "reduce") if key in given]
    if idle and not samples:
        raise RecipeError(
            f"takes the likeliest answer, so {', '.join(idle)} would have no effect; give it a "
            "temperature"
        )
    repeats = given.get("repeats", (task.config.repeats or 1) if samples else 1)
    as_the_task_has_it = "repeats" not in given and term.metric is not None
    reduce = given.get("reduce", FILTER if as_the_task_has_it else MEAN)
    number = reduce.partition("@")[2]
    if number and int(number) > repeats:
        raise RecipeError(f"reduce {reduce}: there are {repeats} answers; say repeats: {number}")
    if "repeats" in given:
        task.set_config("repeats", repeats)
    return repeats, reduce


def thought_before(prompt: str, think_end: str) -> Thought:
    """The thought that a prompt begins, or that its answer may begin.

    `</think>` ends what `<think>` begins. Of an end whose beginning cannot be told from it every
    answer has one.
    """
    opening = next((think_end.replace(*pair, 1) for pair in _OPENINGS if pair[0] in think_end), "")
    is_open = not opening or prompt.rfind(opening) > prompt.rfind(think_end)
    return Thought(think_end, opening, is_open)
