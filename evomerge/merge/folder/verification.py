"""Does stock transformers load a folder that was written, and answer as was recorded?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evomerge.engine.request import Likelihood, Request
from evomerge.errors import EvomergeError
from evomerge.memory import free_memory
from evomerge.merge.folder import loaded
from evomerge.weights.checkpoint.files import CONFIG
from evomerge.weights.layouts.stock import StockModel

MEMORY_SHARE = 0.8
"""Most of the free memory that loading a model may take."""
SHOWN = 300
"""Characters of what transformers says that are told: a line or two of a terminal."""


class VerificationError(EvomergeError):
    """What was written is not what was merged, or cannot be loaded; nothing was left behind."""


def verify_loads(folder: Path) -> str:
    """Load a folder in this process.

    Returns:
        Why that was not possible; "" where it was.

    Raises:
        VerificationError: transformers cannot load it.
    """
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    if loaded.class_of(config) is None:
        return "transformers has no class of its own for it"
    size, free = _size(folder), free_memory()
    if size > MEMORY_SHARE * free:
        return f"it takes {size / 1e9:.3g} GB, and {free / 1e9:.3g} GB are free"
    try:
        stock = StockModel.of(config)
        loaded.load(folder, may_lack=stock.optional if stock else ())
    except Exception as error:  # whatever transformers says of it
        raise VerificationError(_cannot_be_loaded(f"{type(error).__name__}: {error}")) from error
    return ""


@dataclass(frozen=True)
class AnswerAfresh:
    """What transformers alone answers to a request."""

    logprob: float = 0.0
    """Of what a :class:`Likelihood` scores, as its answer has it."""
    texts: tuple[str, ...] = ()
    """How a :class:`~evomerge.engine.request.Generation` goes on: the text after each token."""
    leads: tuple[float, ...] = ()
    """By how much each token was ahead of the next likeliest, in natural logarithms."""


def ask_afresh(folder: Path, requests: Sequence[Request], device: str) -> list[AnswerAfresh]:
    """Load a folder in a process of its own, by transformers alone, and ask it.

    Args:
        requests: that draw no tokens.

    Raises:
        VerificationError: it cannot be loaded, or not asked.
    """
    plain = [_plain(request) for request in requests]
    process = run_program(json.dumps({"folder": str(folder), "device": device, "requests": plain}))
    try:
        said = json.loads(process.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError):
        last = "".join(process.stderr.strip().splitlines()[-1:])
        said = {"error": f"its process ended with status {process.returncode} ({last})"}
    if "error" in said:
        raise VerificationError(_cannot_be_loaded(said["error"]))
    return [
        AnswerAfresh(
            answer.get("logprob", 0.0),
            tuple(answer.get("texts", ())),
            tuple(answer.get("leads", ())),
        )
        for answer in said["answers"]
    ]


def _plain(request: Request) -> dict[str, Any]:
    """A request as :func:`evomerge.merge.folder.loaded.answer` takes it, in JSON values."""
    encoder = {"encoder_tokens": request.encoder_tokens}
    if isinstance(request, Likelihood):
        return {"tokens": request.tokens, "scored": request.scored, **encoder}
    return {
        "tokens": request.prompt,
        **encoder,
        "stops": request.stops,
        "max_tokens": request.max_tokens,
        "thought": None if request.thought is None else asdict(request.thought),
    }


def run_program(asked: str) -> subprocess.CompletedProcess[str]:
    """Run :mod:`evomerge.merge.folder.loaded` in a fresh interpreter, out of reach of Ctrl-C.

    Args:
        asked: its input.
    """
    return subprocess.run(  # noqa: S603 - the interpreter, and a file of ours
        [sys.executable, "-P", loaded.__file__],
        input=asked,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        start_new_session=True,
    )


def _cannot_be_loaded(why: str) -> str:
    return f"transformers does not load or run what was written ({textwrap.shorten(why, SHOWN)})"


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*.safetensors"))
