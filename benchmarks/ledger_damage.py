"""A ledger damaged in every way that a disk damages files: what is told, brought back, and lost.

    python -m benchmarks.ledger_damage --flips 200

A search of simulated trials is recorded and killed: its last records stand in SQLite's log. Then
its last transaction is cut off at each of its bytes (a torn write), also with zeros or other bytes
in place of what is missing; so are the last pages of the file into which the log is moved, with the
log beside it and without; and bits are flipped anywhere in either file. Each damaged copy is opened
as a resumed run opens it, and repaired where it is told to be damaged. Counted is what became of
the records: all there; the last transaction lost; more lost, which only damage that was told may
do. A record that differs from what was written, or that is missing without a word, ends the program
with an error.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evomerge.errors import RunFolderError
from evomerge.ledger import FILE, Fact, ItemScore, Ledger, Part, Place, Repaired, State, Trial
from evomerge.ledger import log as ledger_log
from evomerge.ledger import repair as repair_ledger
from evomerge.ledger.pages import LOG

TRIALS, SCORES = 60, 40
PAGE = 4096


@dataclass(frozen=True)
class Written:
    """A ledger as it was before it is damaged."""

    folder: Path
    records: dict[int, Fact]
    last: int
    """How many records the last transaction has."""
    began: int
    """The byte of the file damaged here at which the last transaction begins."""


def trial(number: int, draw: random.Random) -> tuple[Part, Trial]:
    """A candidate's part and trial."""
    scores = tuple(ItemScore("t", f"i{n}", draw.random()) for n in range(SCORES))
    digest, place = f"{draw.getrandbits(256):064x}", Place(0, number // 20, number % 20)
    part = Part(digest, "search", State.SCORED, scores=scores, worker="local")
    return part, Trial(digest, "search", {"weight": draw.random()}, State.SCORED, place=place)


def written(folder: Path, trials: int = TRIALS) -> tuple[Written, Written]:
    """A ledger whose writer was killed, and the same closed."""
    draw, live = random.Random(0), folder / "closed"
    live.mkdir(parents=True)
    log = live / (FILE + LOG)
    with Ledger(live, create=True) as ledger:
        for number in range(trials):
            began = log.stat().st_size if log.exists() else 0
            ledger.record(*trial(number, draw))
        shutil.copytree(live, folder / "killed")
    known = records(folder / "killed")
    last_pages = (live / FILE).stat().st_size - 2 * PAGE
    return Written(folder / "killed", known, 2, began), Written(live, known, 2, last_pages)


def records(folder: Path) -> dict[int, Fact]:
    """All of a ledger, by number."""
    with Ledger(folder) as ledger:
        return {record.number: record.what for record in ledger.records(with_scores=True)}


def outcome(before: Written, folder: Path) -> str:
    """What becomes of a damaged copy.

    Raises:
        RuntimeError: something is missing or otherwise, and it was not told.
    """
    told = ""
    try:
        with Ledger(folder, create=True):  # as a run does that is resumed
            pass
    except RunFolderError:
        told = "told, "
        try:
            recovered = repair_ledger(folder)
        except RunFolderError:  # nothing is whole
            return "told, nothing to bring back"
        if recovered is None:
            raise RuntimeError(f"{folder}: is damaged, and whole when it is repaired") from None
    found = {n: what for n, what in records(folder).items() if not isinstance(what, Repaired)}
    wrong = [number for number, what in found.items() if before.records.get(number) != what]
    if wrong:
        raise RuntimeError(f"{folder}: records {wrong} are not what was written")
    missing = before.records.keys() - found.keys()
    if not missing:
        return told + "all there"
    if missing <= {*sorted(before.records)[-before.last :]}:
        return told + "last trial lost"
    if not told:
        raise RuntimeError(f"{folder}: records {sorted(missing)} are gone without a word")
    return f"{told}{len(missing)} records lost"


def tried(before: Written, name: str, data: bytes, folder: Path) -> str:
    """What becomes of a copy in which a file has other bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(before.folder, folder)
    (folder / name).write_bytes(data)
    return outcome(before, folder)


def torn(before: Written, name: str, every: int = 1) -> Iterator[bytes]:
    """The file cut off in its last transaction; with nothing, zeros, or noise in its place."""
    whole = (before.folder / name).read_bytes()
    noise = random.Random(1).randbytes(len(whole))
    for at in range(before.began, len(whole), every):
        yield whole[:at]
        if at % 16 == 0:
            yield whole[:at] + bytes(len(whole) - at)
            yield whole[:at] + noise[at:]


def flipped(before: Written, name: str, count: int) -> Iterator[bytes]:
    """The file with one bit that is another, wherever chance has it."""
    whole, draw = (before.folder / name).read_bytes(), random.Random(2)
    for _ in range(count):
        data, bit = bytearray(whole), draw.randrange(8 * len(whole))
        data[bit // 8] ^= 1 << bit % 8
        yield bytes(data)


def survey(
    folder: Path, flips: int, every: int = 1, trials: int = TRIALS
) -> Iterator[tuple[str, Counter[str]]]:
    """What becomes of each kind of damage.

    Args:
        every: cut at every such byte.
    """
    killed, closed = written(folder, trials)
    log, copy = FILE + LOG, folder / "copy"
    moved = torn(closed, FILE, every)  # into the file, beside a log that is whole
    damage = {
        "torn write to the log": (killed, log, torn(killed, log, every)),
        "torn move of the log into the file": (killed, FILE, moved),
        "closed ledger, cut off": (closed, FILE, torn(closed, FILE, every)),
        "bit flipped in the log": (killed, log, flipped(killed, log, flips)),
        "bit flipped in a file with a log": (killed, FILE, flipped(killed, FILE, flips)),
        "bit flipped in a closed ledger": (closed, FILE, flipped(closed, FILE, flips)),
    }
    for what, (before, name, damaged) in damage.items():
        yield what, Counter(tried(before, name, data, copy) for data in damaged)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flips", type=int, default=200)
    parser.add_argument("--every", type=int, default=1, help="Cut at every such byte.")
    arguments = parser.parse_args()
    ledger_log.LOOK_S = 0.0  # nobody writes meanwhile
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        print("| damage | copies | became of them |")
        print("| --- | --- | --- |")
        for what, ends in survey(Path(name), arguments.flips, arguments.every):
            shown = ", ".join(f"{count:,} {end}" for end, count in ends.most_common())
            print(f"| {what} | {ends.total():,} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
