"""A process that is given hostile files, one after the other, and tells what came of each.

    python -m benchmarks.hostile.worker FOLDER

Reads lines of "KIND SEED", and writes a line of JSON for each. Seconds are those of computing: the
clock tells of a busy machine what else goes on.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import traceback
from pathlib import Path
from typing import Any

from benchmarks.hostile.cases import CASES
from benchmarks.hostile.commanded import commanded
from benchmarks.hostile.kinds import KINDS
from evomerge.errors import EvomergeError

CRAFTED = "crafted"
"""Not by chance: the case of that number."""
SECRETS = ("secret.json", "secret.safetensors")


def outcome(kind: str, seed: int, folder: Path) -> dict[str, Any]:
    """What came of one file: nothing wrong, an error that was told, or what must not be."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if kind == CRAFTED:
        name, make = [*CASES.items()][seed % len(CASES)]
        arguments = make(folder)
        deed = lambda: commanded(arguments, folder)  # noqa: E731
    else:
        name, deed = "", KINDS[kind](random.Random(f"{kind} {seed}"), folder)
    _READ.clear()
    Path("/proc/self/clear_refs").write_text("5")
    begun, said = _seconds(), ""
    try:
        wrong = deed()
        how = "wrong" if wrong else "taken"
        said = wrong or ""
    except EvomergeError as error:
        how, said = "told", str(error)[:300]
    except BaseException:
        how, said = "traceback", traceback.format_exc()[-3000:]
    if _READ or any(folder.rglob("executed")):
        how, said = "outside", f"{_READ} {said}"
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return {
        "kind": kind,
        "name": name,
        "seed": seed,
        "how": how,
        "said": said,
        "seconds": _seconds() - begun,
        "mb": int(peak.split()[1]) // 1024,
    }


def _seconds() -> float:
    """Of computing by this process and those of its children that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


_READ: list[str] = []


def _watch(event: str, arguments: Any) -> None:
    if event == "open" and str(arguments[0]).endswith(SECRETS):
        _READ.append(str(arguments[0]))


def main() -> None:
    """Answer until there are no more lines."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cwd").mkdir(exist_ok=True)
    os.chdir(folder / "cwd")
    for name in SECRETS:
        (folder / name).write_text('{"secret": 1}')
    sys.addaudithook(_watch)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        kind, seed = line.split()
        answers.write(json.dumps(outcome(kind, int(seed), folder / "case")) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
