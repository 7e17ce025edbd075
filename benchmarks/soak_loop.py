"""A loop killed (SIGKILL) at random moments, while it is signed too, until its winner is out.

    python -m benchmarks.soak_loop --kills 100

Each run is the loop of recipes/loop.yaml in small: two cycles, whose population writes items and
trains an adapter between them, a winner from the sealed items, and two people who must sign it.
Its process is killed at a time that is drawn, one third of them while items are written and one
third while an adapter is trained, and another goes on in its folder; then each signer's is killed
as well, once. When the winner is out
its weights must be those of the run that nobody killed, and so must made items, adapters, trials
and what was chosen; its folder must verify, with both signatures.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.soak import ask_forked, forked
from evomerge import evolve
from evomerge.approval.keys import SigningKey
from evomerge.approval.statement import SignerDecision
from evomerge.approval.verification import verify
from evomerge.errors import EvomergeError
from evomerge.ledger import AdapterTrained, ItemsMade, Ledger, WinnerChosen
from evomerge.merge.folder import verification
from evomerge.recipe import Recipe, load_recipe, recipe_from
from evomerge.report.reader import view_of
from evomerge.run.approving.deciding import decide

RECIPE = Path(__file__).parents[1] / "recipes" / "loop.yaml"
SIGNERS = tuple(
    SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)) for number in (1, 2)
)
PAUSE_S = 0.005
"""Between two looks at a process."""
SHORT_S = 2.0
"""About as long as writing, training and a signature take."""
FOREVER = float("inf")
WRITING, TRAINING = "writing", "training"


def small_loop() -> Recipe:
    """The recipe that ships, with less of all that takes time, and with signers."""
    plain = load_recipe(RECIPE).plain()
    evolve, third = plain["evolve"], plain["evolve"]["fitness"][2]
    third["splits"] = {"search": 0, "validation": 0, "test": 30}
    evolve |= {
        "splits": {"search": 24, "validation": 16, "test": 30},
        "search": {"population": 4},
        "budget": {"evaluations": 12},
        "elites": 2,
        "cycles": 2,
        "approval": {"by": [key.public.text for key in SIGNERS]},
    }
    for writer in evolve["curriculum"]["writers"]:
        writer["count"] = 12
    evolve["training"] |= {"steps": 40, "batch": 16, "warmup": 1}
    return recipe_from(plain)


def go_on(folder: Path) -> None:
    """Begin the run in a folder, or resume it."""
    # So few items tell skill from format only by luck, and a refused winner is not signed.
    evolve(small_loop(), folder, accept_format=True, registry="none")


def sign(folder: Path, key: SigningKey) -> None:
    """Approve the winner."""
    decide(folder, key, SignerDecision.APPROVED, "as it should be")


def moment(folder: Path) -> str:
    """What the run is doing."""
    try:
        view = view_of(folder)
    except EvomergeError:
        return "not begun"
    if len(view.judged) != 1 or view.trainings:  # it is the first cycle's end that makes anything
        return view.phase.value
    return TRAINING if view.made is not None and view.made.kept else WRITING


def facts(folder: Path) -> dict[str, Any]:
    """All that a run has come to, but for times and signatures, by what it is."""
    with Ledger(folder) as ledger:
        made = [(one.cycle, [item.id for item in one.items]) for one in ledger.all_of(ItemsMade)]
        trained = [(one.cycle, one.weights_sha256) for one in ledger.all_of(AdapterTrained)]
        ended = [t for t in ledger.trials() if t.state != "cancelled"]
        chosen = [one.digest for one in ledger.all_of(WinnerChosen)]
    found = verify(folder / "winner", [key.public for key in SIGNERS])
    return {
        "made items": made,
        "adapters": trained,
        "trials": sorted({(t.digest, t.split, str(t.fitness), str(t.place)) for t in ended}),
        "choice": chosen[-1],
        "weights": found.weights_sha256,
        "problems": found.problems,
    }


def is_killed(child: int, after_s: float, folder: Path, during: str = "") -> bool:
    """Kill a process after so long; whether it had not ended by itself.

    Args:
        during: what its run is to do first, whereupon the time begins; "": anything.

    Raises:
        RuntimeError: it had, with an error.
    """
    end = time.monotonic() + after_s
    waits = bool(during)
    while waits or time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done and (code := os.waitstatus_to_exitcode(status)):
            raise RuntimeError(f"a process ended with {code}")
        if done:
            return False
        if waits and moment(folder) == during:
            waits, end = False, time.monotonic() + after_s
        time.sleep(PAUSE_S)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def killed_until_out(folder: Path, name: str, longest_s: float, kills: Counter[str]) -> None:
    """One run, killed until it is over, and while each signs."""
    draw = random.Random(name)
    while True:
        during = draw.choice(("", WRITING, TRAINING))
        after_s = draw.uniform(0, SHORT_S if during else longest_s)
        if not is_killed(forked(lambda: go_on(folder)), after_s, folder, during):
            break
        kills[moment(folder)] += 1
    for key in SIGNERS:
        after_s = draw.uniform(0, SHORT_S)
        kills["signing"] += is_killed(forked(lambda key=key: sign(folder, key)), after_s, folder)
        is_killed(forked(lambda key=key: sign(folder, key)), FOREVER, folder)


def main() -> None:
    """Kill, resume, sign, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    wanted = parser.parse_args().kills
    torch.set_num_threads(1)  # a fork has none of its parent's threads
    verification.run_program = ask_forked
    kills, runs, other = Counter[str](), 0, 0
    with tempfile.TemporaryDirectory() as name:
        # Names of folders are in the recipes of later cycles.
        folder, whole = Path(name) / "run", Path(name) / "whole"
        began = time.monotonic()
        is_killed(forked(lambda: go_on(folder)), FOREVER, folder)
        longest_s = time.monotonic() - began
        for key in SIGNERS:
            sign(folder, key)
        folder.rename(whole)
        expected = facts(whole)
        assert not expected["problems"]
        print(f"a run that nobody kills takes {longest_s:.1f} s", flush=True)
        while kills.total() < wanted:
            killed_until_out(folder, f"run {runs}", longest_s, kills)
            runs += 1
            found = facts(folder)
            differing = [what for what in found if found[what] != expected[what]]
            other += bool(differing)
            folder.rename(Path(name) / f"run {runs}")
            print(f"{kills.total()} kills, {runs} runs, {other} others {differing}", flush=True)
    print("killed during:", ", ".join(f"{what} {n}" for what, n in kills.most_common()))
    if other:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
