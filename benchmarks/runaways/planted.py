"""Runaways planted in real runs over the zoo's models: what halted each, when, by which name.

python -m benchmarks.runaways.planted [--only WORD]
"""

from __future__ import annotations

import argparse
import time

from benchmarks.runaways import around, real
from benchmarks.runaways.halts import Halted


def row(name: str, begins: str, named: str, found: Halted | None) -> str:
    """A line of the table."""
    if found is None:
        return f"| {name} | {begins} | never | {'as it should be' if not named else 'MISSED'} | |"
    by = ", ".join(found.by)
    rightly = "rightly" if named in found.by else f"NOT as {named}"
    return f"| {name} | {begins} | {found.after} | {by} ({rightly}) | {found.evidence} |"


def main() -> None:
    """One run of each, as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="runaways whose name holds this word")
    given = parser.parse_args()
    began = time.monotonic()
    print("| planted | from generation | halted after generation | by | evidence |")
    print("| --- | --- | --- | --- | --- |")
    for plant in around.AROUND:
        if given.only in plant.name:
            print(row(plant.name, plant.begins, plant.named, around.halted(plant)), flush=True)
    for one in real.PLANTED:
        if given.only in one.name:
            begins = str(real.BEGINS) if one.rail else ""
            print(row(one.name, begins, one.rail, real.halted(one)), flush=True)
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
