"""How a parent reaches another process: by its name; there it is opened anew."""

from __future__ import annotations

import copyreg
from typing import Any

from evomerge.weights.parents.fitting import fitted, untied
from evomerge.weights.parents.opening import open_parent
from evomerge.weights.parents.parent import Alignment, Parent


def _reopen(
    name: str,
    names: tuple[str, ...] | None,
    heads: tuple[tuple[str, str], ...],
    template: Parent | None,
    alignment: Alignment | None,
) -> Parent:
    parent = open_parent(name)
    if names is not None:
        parent = parent.named(names)
    parent = untied(parent, dict(heads))
    if template is not None:
        parent = fitted(parent, template)
    return parent if alignment is None else parent.aligned(alignment)


def _by_name(parent: Parent) -> tuple[Any, ...]:
    """What :func:`_reopen` needs, for pickle."""
    names = parent.names, parent.untied, parent.template, parent.alignment
    return _reopen, (parent.name, *names)


copyreg.pickle(Parent, _by_name)
