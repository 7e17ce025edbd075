"""The command that looks at this machine."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from evomerge.cli.command import command
from evomerge.cli.printable import print_json, printable

if TYPE_CHECKING:
    from evomerge.health.machine import Machine


@command
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say what is installed, what can be used, what listens where, and what is unsafe."""
    from evomerge.health.machine import look_at_machine

    found = look_at_machine()
    if as_json:
        print_json({**asdict(found), "is_usable": found.is_usable})
    else:
        print(printable("\n".join(described(found))))
    if not found.is_usable:
        raise typer.Exit(1)


def described(found: Machine) -> list[str]:
    """What was found, in lines."""
    needed = [one for one in found.packages if not one.extra]
    versions = ", ".join(f"{one.name} {one.version or 'absent'}" for one in needed)
    lines = [
        f"evomerge {found.evomerge} on Python {found.python}, {found.machine}",
        f"packages: {versions}",
        *_extras(found),
        f"devices: {', '.join(found.devices)}; {found.cores} cores"
        + "".join(f"; {gpu}" for gpu in found.gpus),
        f"engines: {', '.join(found.engines)}",
        f"workers: {', '.join(found.workers)}",
        f"free: {_gib(found.memory)} of memory, {_gib(found.disk)} of disk here",
        f"registry of openings: {found.registry}",
        *(
            f"listens: {one.address}:{one.port} "
            f"({'this machine alone' if one.is_local else 'others reach it'}) "
            f"{one.command or 'of another user'}"
            for one in found.listening
        ),
    ]
    if not found.listening:
        lines.append("listens: nothing beyond this machine, and no Ray")
    lines += [f"unsafe: {sentence}" for sentence in found.unsafe]
    lines += [f"problem: {sentence}" for sentence in found.problems]
    return [*lines, "evomerge can be used here" if found.is_usable else "evomerge cannot be used"]


def _extras(found: Machine) -> list[str]:
    """What each extra adds, and what is lacking of it."""
    lines = []
    for name in dict.fromkeys(one.extra for one in found.packages if one.extra):
        lacking = [one.name for one in found.packages if one.extra == name and not one.version]
        state = f"lacks {', '.join(lacking)}: pip install 'evomerge[{name}]'"
        lines.append(f"extra {name}: {state if lacking else 'installed'}")
    return lines


def _gib(count: int | None) -> str:
    return "unknown" if count is None else f"{count / 2**30:.1f} GiB"
