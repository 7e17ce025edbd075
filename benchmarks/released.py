"""Does the winner of a finished run answer all sealed items as was recorded, by transformers alone?

A run asks its winner's folder a dozen of them before it has its name; this asks them all:

    python -m benchmarks.released runs/quickstart
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from evomerge.ledger import ItemsOpened, Ledger, Split, WinnerChosen
from evomerge.merge.folder.verification import VerificationError
from evomerge.recipe import recipe_from
from evomerge.report.reader import view_of
from evomerge.report.winner import model_folder
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.folder.options import Options
from evomerge.run.preparation.preflight import prepare
from evomerge.run.promotion.released import verifier


def main() -> None:
    """Ask, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    run = parser.parse_args().run
    with Ledger(run) as ledger:
        facts = ledger.facts()
        permissions = Options.from_plain(facts["options"]).permissions
        prepared = prepare(recipe_from(facts["recipe"]), permissions)
        prepared.benchmark.open_test(ledger.all_of(ItemsOpened)[-1])
        digest = ledger.all_of(WinnerChosen)[-1].digest
        plain = next(t.recipe for t in ledger.trials() if t.digest == digest)
        evaluations = Evaluations(ledger, prepared.benchmark, lambda: None)
        items = len(prepared.benchmark.items(Split.TEST))
        winner = Offspring(recipe_from(plain), digest)
        cpu = torch.device("cpu")
        try:
            verify = verifier(evaluations, prepared.benchmark, winner, cpu, items * items)
            verify(model_folder(run, view_of(run)))
        except VerificationError as error:
            raise SystemExit(f"{run}: {error}") from None
    print(f"{run}: {items} of {items} sealed items are answered as was recorded")


if __name__ == "__main__":
    main()
