"""Which processes of this user's listen for connections, and where (proc(5))."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LISTENS = "0A"
"""TCP_LISTEN in /proc/net/tcp."""
OWN = re.compile(r"\bray\b|raylet|gcs_server|evomerge|vllm|dashboard\.py")
"""What evomerge or its helpers start, as it stands in a command line."""


@dataclass(frozen=True)
class Listener:
    """A port that somebody may connect to."""

    address: str
    port: int
    process: int | None
    """None where it is another user's."""
    command: str

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches it."""
        return ipaddress.ip_address(self.address).is_loopback

    @property
    def is_of_ray(self) -> bool:
        """Whether Ray, or something that evomerge starts, listens there."""
        return OWN.search(self.command) is not None

    @property
    def is_dashboard(self) -> bool:
        """Whether it is Ray's dashboard, which runs what it is sent."""
        return "dashboard" in self.command and "agent" not in self.command


def listeners(proc: Path = Path("/proc")) -> tuple[Listener, ...]:
    """All ports on which somebody listens, by number; nothing where there is no /proc."""
    sockets = {}
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in (proc / "net" / name).read_text().splitlines()[1:]:
                fields = line.split()
                if len(fields) > 9 and fields[3] == LISTENS:
                    sockets[fields[9]] = _address(fields[1])
    owners = dict(_owners(proc, {*sockets}))
    found = {
        Listener(address, port, *owners.get(inode, (None, "")))
        for inode, (address, port) in sockets.items()
    }
    return tuple(sorted(found, key=lambda one: (one.port, one.address)))


def _address(text: str) -> tuple[str, int]:
    """An address as /proc writes it: hexadecimal, each four bytes in the machine's order."""
    address, _, port = text.partition(":")
    words = [bytes.fromhex(address[i : i + 8])[::-1] for i in range(0, len(address), 8)]
    parsed = ipaddress.ip_address(b"".join(words))
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed), int(port, 16)


def _owners(proc: Path, inodes: set[str]) -> Iterator[tuple[str, tuple[int, str]]]:
    for folder in proc.glob("[0-9]*"):
        with contextlib.suppress(OSError):  # another user's, or gone
            for entry in os.scandir(folder / "fd"):
                target = os.readlink(entry.path)
                inode = target.removeprefix("socket:[").removesuffix("]")
                if target != inode and inode in inodes:
                    yield inode, (int(folder.name), _command(folder))


def _command(folder: Path) -> str:
    """What runs, without its arguments, in which a key may stand; of Python, the module."""
    words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
    names = [words[0], *(word for word in words[1:4] if word.endswith(".py") or "." in word)]
    return " ".join(name.rpartition("/")[2] for name in names if not name.startswith("-"))
