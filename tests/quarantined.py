"""The folder of a finished run whose winner, a tiny model, waits in quarantine to be signed."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import torch

from evomerge.approval.contents import contents_of
from evomerge.approval.proof import proof_to_json
from evomerge.ledger import Finished, RunBegan, WinnerQuarantined
from evomerge.merge.folder.account import Account
from evomerge.merge.merging import write_model
from evomerge.merge.plan.contract import known_only
from evomerge.recipe import ApprovalSettings, digest, recipe_from
from evomerge.report.verdict_json import verdict_to_json
from evomerge.run.folder.folder import RunFolder
from evomerge.run.promotion.gates import gates
from evomerge.weights import open_parent
from tests.approval.signers import ALICE, BOB, line
from tests.report.history import PROVED, RECIPE, SEARCHED, VERDICT
from tests.tiny import tiny_tensors
from tests.tiny import write_model as write_parent

RUN_DIGEST = "e" * 64
REFUSED = "it is not shown to be better"


def quarantined(place: Path, needs: int | None = None, refused: bool = False) -> Path:
    """A run folder of its own, in a place.

    Args:
        needs: how many of Alice and Bob must sign; None: both.
        refused: whether the sealed items refuse its winner.
    """
    shutil.copytree(_made(needs, refused), place / "run")
    return place / "run"


@cache
def _made(needs: int | None, refused: bool) -> Path:
    home = Path(tempfile.mkdtemp(prefix="evomerge-quarantined-"))
    verdict = replace(VERDICT, reasons=(REFUSED,)) if refused else VERDICT
    said: dict[str, Any] = {"by": [line(ALICE), line(BOB)]}
    said |= {} if needs is None else {"needs": needs}
    names = [str(write_parent(home / name, tiny_tensors(seed))) for seed, name in enumerate("ab")]
    recipe = recipe_from(
        {
            "merge_method": "linear",
            "models": [{"model": name, "parameters": {"weight": 0.5}} for name in names],
            "dtype": "float32",
        }
    )
    parents = {name: open_parent(name) for name in names}
    content = {name: parent.content_hash for name, parent in parents.items()}
    named = digest(known_only(recipe), content)
    began = {**RECIPE, "evolve": {**RECIPE["evolve"], "approval": said}}
    proof = proof_to_json(
        verdict_to_json(verdict), named, RUN_DIGEST, ApprovalSettings.model_validate(said)
    )
    facts = {"verdict": verdict.outcome, "recipe digest": named}
    with RunFolder(home / "run") as folder:
        folder.ledger.record(RunBegan({"recipe": began, "digest": RUN_DIGEST}))
        for what in (*SEARCHED[1:], *PROVED):
            folder.ledger.record(what)
        waiting = folder.quarantined(0)
        account = Account("## Scores", facts=facts, proof=proof)
        sha256 = write_model(
            recipe, parents, waiting, torch.device("cpu"), threads=1, account=account
        )
        contents = contents_of(waiting).plain()
        folder.ledger.record(
            Finished(sha256, verdict_to_json(verdict)),
            WinnerQuarantined(0, contents, gates(verdict)),
        )
    return home / "run"


def rewrite(folder: Path, name: str, data: bytes | None) -> None:
    """Change a file of a model folder, or remove it, with the manifest made to agree."""
    file, manifest = folder / "manifest.json", json.loads((folder / "manifest.json").read_text())
    if data is None:
        (folder / name).unlink()
        manifest["files"].pop(name, None)
        manifest["sizes"].pop(name, None)
    else:
        (folder / name).write_bytes(data)
        manifest["sizes"][name] = len(data)
        if not name.endswith(".safetensors"):
            manifest["files"][name] = hashlib.sha256(data).hexdigest()
    file.write_text(json.dumps(manifest, indent=2))
