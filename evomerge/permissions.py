"""What the user allows beyond what a recipe may ask for by itself."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from evomerge.errors import UserError

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class AllowedJudge:
    """A host that may be asked to judge, and the environment variable whose key it is sent."""

    host: str
    """In lower case, without brackets."""
    port: int | None = None
    """None: any."""
    is_plain: bool = False
    """Whether a key may be sent there without encryption."""
    key_env: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """`HOST`, `HOST:PORT` or `http://HOST:PORT`, each with `=KEY_ENV` where a key is sent.

        Raises:
            UserError: it is none of these.
        """
        address, _, key = text.partition("=")
        try:
            parts = urlsplit(address if "://" in address else f"//{address}")
            host, port = parts.hostname, parts.port
            extra = parts.username or parts.path.strip("/") or parts.query or parts.fragment
        except ValueError:
            host, port, extra = None, None, None
        if not host or extra or parts.scheme not in ("", "http", "https"):
            raise UserError(
                f"--allow-judge {address}: name a host (api.example.com, localhost:8000) and, if "
                "it needs a key, the variable that holds it (HOST=KEY_ENV)"
            )
        if (key or text.endswith("=")) and not _VARIABLE.fullmatch(key):
            raise UserError(
                f"--allow-judge {address}=…: after = stands the name of an environment variable; "
                "no key belongs on a command line"
            )
        return cls(host.lower(), port, parts.scheme == "http", key or None)

    def takes_key(self, scheme: str) -> bool:
        """Whether a key may be sent: encrypted, to this machine, or where the user said http://."""
        return scheme == "https" or self.is_plain or is_loopback(self.host)


@dataclass(frozen=True)
class Permissions:
    """What a user allows a recipe; without it, the recipe has nothing run, asked or read."""

    include_paths: tuple[Path, ...] = ()
    """Folders of lm-eval tasks, trusted to run code when they are loaded and to read any data."""
    allow_python: bool = False
    """Whether functions that the recipe names as judges may be run."""
    allow_judges: tuple[str, ...] = ()
    """Hosts that may be asked to judge, as :meth:`AllowedJudge.parse` reads them."""
    ask_judges: bool = True
    """Whether addresses are asked at all; a check need not ask them."""
    folder: Path | None = None
    """The recipe's, in which data of its tasks may lie. None: it came from no file, but from the
    caller's own Python, and its data may lie anywhere."""

    def __post_init__(self) -> None:
        for text in self.allow_judges:
            AllowedJudge.parse(text)

    def of_recipe_in(self, folder: Path | None) -> Self:
        """The same for a recipe in that folder; of a resumed run the folder is known already."""
        return self if folder is None else replace(self, folder=folder.resolve())

    def and_judges(self, more: tuple[str, ...]) -> Self:
        """The same with more hosts; the last word on a host counts."""
        kept = tuple(text for text in self.allow_judges if text not in more)
        return replace(self, allow_judges=(*kept, *more))

    def judge_at(self, host: str, port: int) -> AllowedJudge | None:
        """What is allowed of an address; of two permissions for it, the one given last."""
        found = [
            allowed
            for allowed in map(AllowedJudge.parse, self.allow_judges)
            if allowed.host == host.lower() and allowed.port in (None, port)
        ]
        return found[-1] if found else None

    def trusts(self, file: Path) -> bool:
        """Whether a task's file stands in a folder that was included."""
        return any(file.is_relative_to(path.resolve()) for path in self.include_paths)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine under a name that no network decides."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


NOTHING = Permissions()
"""A recipe's own words alone."""
UNASKED = Permissions(ask_judges=False)
"""The same, for a check: what a judge's address would be sent is not sent."""
