"""Where answers end that a task sets no end to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evomerge.score.library.own_code import LM_EVAL
from evomerge.score.prompts.limits import MAX_GEN_TOKS, max_tokens

BLANK_LINE = "\n\n"


def unnamed_limits(task: Any, named: Mapping[str, Any]) -> Iterator[str]:
    """Where answers end when the task does not say it.

    Args:
        task: an lm-eval task.
        named: the generation settings that the task or the recipe names itself.
    """
    own_code = not type(task).construct_requests.__module__.startswith(LM_EVAL)
    if task.OUTPUT_TYPE != "generate_until" or own_code:
        return
    limit = max_tokens(task.config.generation_kwargs)
    has_limit = any(named.get(name) is not None for name in MAX_GEN_TOKS)
    if "until" not in named:
        (end,) = task.config.generation_kwargs["until"]
        where = "the first blank line" if end == BLANK_LINE else f"the first {end!r}"
        yield (
            f"its answers end at {where}, lm-eval's default as the task names no stop strings, and "
            f"have {limit} tokens at most{'' if has_limit else ', its default too'}; say until: "
            "[...] and max_gen_toks: N if models are to reason at more length"
        )
    elif not has_limit:
        yield (
            f"its answers have {limit} tokens at most, lm-eval's default as the task names no "
            "limit; say max_gen_toks: N if they need more"
        )
