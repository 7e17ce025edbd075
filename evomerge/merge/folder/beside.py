"""The files that tell of a model, written beside it: card, lineage, pictures, proof."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from evomerge.merge.ancestry.ancestry import Ancestry
from evomerge.merge.folder.account import Account, WrittenModel
from evomerge.merge.folder.card import write_card
from evomerge.merge.folder.lineage import LINEAGE_FILE, write_lineage
from evomerge.reading.manifest import CARD, PROOF_FILE

Describe = Callable[[WrittenModel], Mapping[str, bytes]]
"""Makes the files that tell of a written model, by their names."""


def describer(ancestry: Ancestry, account: Account) -> Describe:
    """What makes the files that tell of a model, of what is known before it is made."""

    def describe(written: WrittenModel) -> Mapping[str, bytes]:
        proof = {**account.proof, "weights_sha256": written.sha256} if account.proof else {}
        return {
            **account.images,
            **({PROOF_FILE: json.dumps(proof, indent=2).encode()} if proof else {}),
            LINEAGE_FILE: write_lineage(written, ancestry, account).encode(),
            CARD: write_card(written, ancestry, account).encode(),
        }

    return describe
