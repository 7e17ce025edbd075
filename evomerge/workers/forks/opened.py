"""Parents opened, compared and computed once on a node, for all that is forked afterwards."""

from __future__ import annotations

import gc
import hashlib
import pickle
import traceback
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from evomerge.cores import Cores
from evomerge.errors import EvomergeError, ParentError
from evomerge.memory import MemoryBudget
from evomerge.weights import Parent
from evomerge.weights.kept import Kept, room_for_parents
from evomerge.weights.layouts.stock import StockModel
from evomerge.workers.forks.messages import ForkRequest, NotForked


class OpenedParents:
    """The parents that were asked for last, ready for use.

    What is mapped from files stays so; what is computed, as an adapter on a base, is computed here,
    in memory that forked processes share as long as none writes to it; what there is no room for is
    computed by each of them when it is needed.
    """

    def __init__(self) -> None:
        self._asked = ""
        self._parents: tuple[dict[str, Parent], Any] = ({}, None)

    def open_for(self, request: ForkRequest) -> tuple[dict[str, Parent], Any] | bytes | NotForked:
        """What a child needs, or what is to be said because it cannot be had: never an error."""
        try:
            return self.open(request.parents, request.content, request.cores)
        except EvomergeError as error:
            return pickle.dumps(error)
        except Exception as error:
            return NotForked("".join(traceback.format_exception_only(error)).strip())

    def open(self, parents: bytes, content: bytes, cores: int) -> tuple[dict[str, Parent], Any]:
        """The parents by name and their tokenizer.

        No thread is left when it ends, so that the process may fork.

        Args:
            parents, content: pickled; see :class:`evomerge.workers.forks.messages.ForkRequest`.
            cores: how many to use.

        Raises:
            ParentError: they cannot be opened, or have other weights than the driver's.
        """
        asked = hashlib.sha256(parents).hexdigest() + hashlib.sha256(content).hexdigest()
        if asked != self._asked:
            self._asked, self._parents = "", ({}, None)  # first, since both may not fit
            gc.unfreeze()  # what was frozen for a fork may be garbage now
            with Cores(cores) as own:
                opened, tokenizer = pickle.loads(parents)  # noqa: S301 - of the driver
                memory = MemoryBudget(room_for_parents())
                held = {name: _held(parent, memory, own) for name, parent in opened.items()}
                _compare(held, pickle.loads(content), own)  # noqa: S301 - of the driver
                for parent in opened.values():
                    StockModel.of(parent.config)  # each child needs its class and its imports
            self._asked, self._parents = asked, (held, tokenizer)
        return self._parents


def _held(parent: Parent, memory: MemoryBudget, cores: Cores) -> Parent:
    if parent.tensors is parent.source:
        return parent  # a mapped file, of which the system keeps one copy
    return replace(parent, tensors=Kept(parent.tensors, memory, each=cores.each))


def _compare(parents: Mapping[str, Parent], content: Mapping[str, str], cores: Cores) -> None:
    """Compare the weights that are found here with the driver's.

    Raises:
        ParentError: they differ.
    """
    for name, expected in content.items():
        tensors = parents[name].tensors
        cores.each(tensors.digest, tensors.specs)
        if (found := parents[name].content_hash) != expected:
            raise ParentError(
                f"{name} has other weights here than for the run: their content hash is "
                f"{found}, and {expected} there; put the same files in both places"
            )
