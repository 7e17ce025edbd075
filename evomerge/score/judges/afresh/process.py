"""The outside of a second judgement: a fresh process that runs the user's function once more."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.errors import TrialError

INSIDE = "evomerge.score.judges.afresh.inside"


@dataclass(frozen=True)
class Patience:
    """How long a process may take."""

    start_s: float = 120.0
    """Seconds to start and to load the function: to import torch takes many on a busy machine."""
    item_s: float = 10.0
    """Seconds for each answer on top. A search asks thousands of times, so nobody's function is as
    slow as that; a language model behind an address takes one to three."""

    def limit_s(self, items: int) -> float:
        """Seconds after which it hangs."""
        return self.start_s + self.item_s * items


PATIENCE = Patience()


def judged_afresh(
    where: str,
    sha256: str,
    docs: Sequence[Mapping[str, Any]],
    answers: Sequence[str],
    patience: Patience = PATIENCE,
) -> list[float]:
    """What a function gives for each answer in a process that knows nothing of this one.

    Args:
        where: "module:function", or "file.py:function".
        sha256: of the source that it had when it was loaded here.

    Raises:
        TrialError: the function raised, gave no finite number or has another source by now; or its
            process crashed, was killed, or took too long.
    """

    def fail(problem: str) -> TrialError:
        return TrialError(f"python {where}: judging again in a fresh process {problem}")

    try:
        work = pickle.dumps((where, sha256, list(map(dict, docs)), list(answers)))
    except Exception as error:  # whatever a document may hold
        raise fail(f"needs documents that can be sent there ({error})") from error
    limit_s = patience.limit_s(len(answers))
    try:
        status, said = _run(work, limit_s)
    except subprocess.TimeoutExpired:
        raise fail(f"took more than {limit_s:g} s for {len(answers)} answers") from None
    try:
        result = json.loads(said)
    except ValueError:
        ending = f"killed: {signal.strsignal(-status)}" if status < 0 else f"exit status {status}"
        raise fail(f"ended without a result ({ending})") from None
    if "error" in result:
        raise TrialError(result["error"])
    return [float(score) for score in result["scores"]]


def _run(work: bytes, limit_s: float) -> tuple[int, bytes]:
    """The exit status, and what the process said. It does not outlive us, nor an exception here."""
    lifeline, held = os.pipe()
    try:
        with subprocess.Popen(  # noqa: S603 - the interpreter, and a module of ours
            [sys.executable, "-P", "-m", INSIDE, str(lifeline)],
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(lifeline,),
            start_new_session=True,  # Ctrl-C at a terminal is ours to pass on
        ) as process:
            try:
                said, _ = process.communicate(work, limit_s)
            except BaseException:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # with whatever it has started
                raise
    finally:
        os.close(lifeline)
        os.close(held)
    return process.returncode, said


def _environment() -> dict[str, str]:
    """Ours, but for the hashes of strings; modules are found and sums rounded as here.

    How many threads share a product decides how it rounds. torch has its own number in this
    process, and numpy's OpenBLAS takes the first of these variables that it finds.
    """
    ours = os.environ
    changed = {
        "PYTHONHASHSEED": "1" if ours.get("PYTHONHASHSEED") != "1" else "2",
        "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path),
    }
    if (torch := sys.modules.get("torch")) is not None:
        blas = ours.get("OPENBLAS_NUM_THREADS") or ours.get("OMP_NUM_THREADS")
        changed["OPENBLAS_NUM_THREADS"] = blas or str(_cores())
        changed["OMP_NUM_THREADS"] = str(torch.get_num_threads())
    return {**ours, **changed}


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
