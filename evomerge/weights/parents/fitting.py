"""Parents read in the layout of one: what they call otherwise, tie, lack, or have beyond it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from evomerge.errors import ParentError
from evomerge.weights.configs.ties import untied_config
from evomerge.weights.layouts.conversion import Conversion, kind_of, names_alike
from evomerge.weights.layouts.in_class import InClass, is_counter
from evomerge.weights.layouts.naming import Renamed, is_rebuilt
from evomerge.weights.layouts.relaid import Relaid
from evomerge.weights.layouts.stock import StockModel
from evomerge.weights.parents.parent import Parent

SHOWN = 3
"""Of tensors that a note is about: enough to see of what kind they are; the rest are counted."""


def align(parents: Sequence[Parent]) -> list[Parent]:
    """The parents with their tensors under the names that the first one has for them.

    Raises:
        ParentError: the first lacks what transformers needs of it.
    """
    named = [parent.named(tuple(parents[0].tensors.specs)) for parent in parents]
    if all(parent.tensors.specs.keys() == named[0].tensors.specs.keys() for parent in named):
        return named
    return fit_all(parents)


def fit_all(parents: Sequence[Parent]) -> list[Parent]:
    """The parents in the layout of the first, where transformers knows its class.

    Where one of them has an output layer of its own and the first ties its own to the embedding,
    the first is untied: its embedding is its output layer.

    Raises:
        ParentError: the first lacks what its class needs.
    """
    first, *others = parents
    inside = InClass.of(first.tensors, first.config, first.config)
    if inside is None:
        return [*parents]
    if missing := inside.missing:
        kind = type(inside.stock.model).__name__
        raise ParentError(f"{first.name}: {missing[0]} is missing, which {kind} needs")
    heads: dict[str, str] = {}
    for other in others:
        read = InClass.of(other.tensors, other.config, first.config)
        heads.update(read.own_heads() if read else ())
    stored = Conversion(inside.stock, first.tensors.specs).given
    if heads.keys() - stored.keys():  # config.json ties all or nothing
        heads = {k: s for k, s in inside.stock.ties.items() if s in stored}
        first = untied(first, {k: str(stored[s]) for k, s in heads.items() if k not in stored})
    return [first, *(fitted(other, first) for other in others)]


def untied(parent: Parent, heads: Mapping[str, str]) -> Parent:
    """The same model with tensors of their own where config.json ties them to others.

    Args:
        heads: each such tensor, and the one that it is tied to.
    """
    if not heads:
        return parent
    names = {**{name: name for name in parent.tensors.specs}, **heads}
    return replace(
        parent,
        tensors=Renamed(parent.tensors, names),
        config=untied_config(parent.config),
        untied=tuple(heads.items()),
    )


def fitted(parent: Parent, template: Parent) -> Parent:
    """A parent in the template's layout.

    What only the template has, and the parent's own class has not, is the template's; what the
    template's class does not load is left out. Other differences stay, and are told where parents
    are compared.
    """
    read = InClass.of(parent.tensors, parent.config, template.config)
    stock = StockModel.of(template.config)
    if read is None or stock is None:
        return parent
    specs = template.tensors.specs
    theirs = Conversion(stock, specs)
    deeper = {n: specs[m] for n, m in names_alike(theirs, read.sources).items()}
    kinds = {kind_of(name) for name in theirs.unused}
    behind = {n: parent.tensors.specs[n] for n in read.unread if kind_of(n) in kinds}
    layout = Conversion(read.stock, {**specs, **deeper, **behind})
    tensors = Relaid(parent.tensors, read.sources, layout, {})
    lacking = [
        name
        for name in specs
        if name not in tensors.specs
        and (
            name in theirs.unused
            or is_counter(name)
            or is_rebuilt(name, specs[name])
            or read.may_lack(_keys(theirs, name))
        )
    ]
    tensors = Relaid(parent.tensors, read.sources, layout, dict.fromkeys(lacking, template.tensors))
    return replace(
        parent,
        tensors=tensors,
        template=template,
        lacking=frozenset(lacking),
        notes=(*parent.notes, *_notes(read, layout, template, lacking)),
    )


def _keys(layout: Conversion, name: str) -> list[str]:
    """The class's tensors that a stored one is, or becomes a part of."""
    if name in layout.key_of:
        return [layout.key_of[name]]
    return layout.group_of[name].targets


def _notes(
    read: InClass, layout: Conversion, template: Parent, lacking: Sequence[str]
) -> list[str]:
    has = template.tensors.specs
    taken = [n for n in lacking if not (is_counter(n) or is_rebuilt(n, has[n]))]
    ties = read.stock.ties
    beyond = [k for k in read.sources if k not in layout.given and k not in ties]
    beyond += [name for name in read.unread if name not in layout.unused and not is_counter(name)]
    notes = []
    if taken:
        notes.append(f"lacks {_shown(taken)}; taken from {template.name}")
    if beyond:
        notes.append(f"has {_shown(sorted(beyond))} that {template.name} does not use; left out")
    return notes


def _shown(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more tensors" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
