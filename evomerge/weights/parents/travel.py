"""How a parent reaches another process: by its name, with which it is opened there anew.

That name leads to the same files everywhere: an absolute path, a Hub id with its commit.
"""

from __future__ import annotations

import copyreg
from dataclasses import replace
from typing import Any

from evomerge.weights.parents.fitting import fitted, untied
from evomerge.weights.parents.opening import open_parent
from evomerge.weights.parents.parent import Alignment, Parent


def _reopen(
    name: str,
    pinned: str,
    names: tuple[str, ...] | None,
    heads: tuple[tuple[str, str], ...],
    template: Parent | None,
    alignment: Alignment | None,
) -> Parent:
    parent = replace(open_parent(pinned), name=name)
    if names is not None:
        parent = parent.named(names)
    parent = untied(parent, dict(heads))
    if template is not None:
        parent = fitted(parent, template)
    return parent if alignment is None else parent.aligned(alignment)


def _by_name(parent: Parent) -> tuple[Any, ...]:
    """What :func:`_reopen` needs, for pickle."""
    names = parent.names, parent.untied, parent.template, parent.alignment
    return _reopen, (parent.name, parent.pinned, *names)


copyreg.pickle(Parent, _by_name)
