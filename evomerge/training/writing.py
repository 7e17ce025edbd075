"""An adapter's folder written: PEFT's files, what it was made of, and the examples."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from evomerge.training.adapter import DATA, RECORD, Adapter
from evomerge.training.data_file import to_lines
from evomerge.training.example import Example, data_sha256, distinct
from evomerge.training.order import Trained, TrainingOrder
from evomerge.weights import FolderWriter, Parent
from evomerge.weights.adapters.files import WEIGHTS
from evomerge.weights.checkpoint.checkpoint import ADAPTER_CONFIG


def write_adapter(
    out: Path,
    examples: Iterable[Example],
    order: TrainingOrder,
    learnt: Trained,
    base: Parent,
    device: str,
) -> Adapter:
    """Write the folder, which exists only when it is whole.

    Raises:
        UserError: it exists, or cannot be made.
        NoRoomError: the disk is full.
    """
    each = distinct(examples)
    names = {text.name for text in order.texts}
    used = [one for one in each if one.sha256 in names]
    with FolderWriter(out, shard_bytes=sys.maxsize) as writer:
        weights = writer.write_tensors(learnt.specs, learnt.tensors.items(), WEIGHTS)
        adapter = Adapter(
            folder=out,
            base=base.pinned,
            base_sha256=base.content_hash,
            weights_sha256=weights,
            data_sha256=data_sha256(each),
            settings=order.settings,
            seed=order.seed,
            examples=dict(sorted(Counter(one.origin for one in used).items())),
            left_out=len(each) - len(used),
            versions=learnt.versions,
            device=device,
            steps=learnt.steps,
            tokens=learnt.tokens,
            seconds=learnt.seconds,
            loss=learnt.loss,
        )
        writer.write_text(DATA, to_lines(each, order.texts))
        writer.write_text(RECORD, json.dumps(adapter.plain(), indent=2))
        writer.write_text(ADAPTER_CONFIG, learnt.config_json)
    return adapter
