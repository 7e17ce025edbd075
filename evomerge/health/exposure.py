"""What is unsafe on this machine, as far as it can be seen without asking anybody."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from evomerge.health.listening import Listener
from evomerge.permissions import is_loopback

HUB_TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
_KEY = re.compile(r"(^|_)(API_?KEY|SECRET(_ACCESS)?_?KEY|TOKEN|PASSWORD)$")


def exposures(
    environment: Mapping[str, str], home: Path, listeners: Sequence[Listener]
) -> tuple[str, ...]:
    """What is unsafe, a sentence each, with what to do. No secret stands in any of them.

    Args:
        environment: of the processes that evomerge would start.
        home: the user's folder.
    """
    return (
        *_readable_tokens(environment, home),
        *_ray(environment, listeners),
        *_variables(environment),
    )


def _readable_tokens(environment: Mapping[str, str], home: Path) -> Iterator[str]:
    """Token files that others may read."""
    hub = Path(environment.get("HF_HOME") or home / ".cache" / "huggingface")
    files = [
        Path(environment.get("RAY_AUTH_TOKEN_PATH") or home / ".ray" / "auth_token"),
        Path(environment.get("HF_TOKEN_PATH") or hub / "token"),
        hub / "stored_tokens",
    ]
    for file in files:
        try:
            mode = stat.S_IMODE(file.stat().st_mode)
        except OSError:
            continue
        if mode & 0o077:
            yield f"{file} may be read by others (mode {mode:04o}): chmod 600 {file}"


def _ray(environment: Mapping[str, str], listeners: Sequence[Listener]) -> Iterator[str]:
    head = environment.get("RAY_ADDRESS")
    if head:
        host = head.rpartition("://")[2].rpartition(":")[0].strip("[]")
        where = "on this machine" if is_loopback(host) or head == "local" else "elsewhere"
        shown = head.rpartition("@")[2]
        yield (
            f"RAY_ADDRESS leads to a Ray head {where} ({shown}), which is joined; unset it if that "
            "is not meant"
        )
    ours = [one for one in listeners if one.is_of_ray]
    for one in ours:
        if one.is_dashboard:
            yield (
                f"Ray's dashboard is open at {one.address}:{one.port} (process {one.process}): who "
                "reaches it may run code; start Ray with --include-dashboard=false"
            )
    is_open = [one for one in ours if not one.is_local]
    if is_open and environment.get("RAY_AUTH_MODE") != "token":
        ports = ", ".join(str(one.port) for one in is_open[:5])
        more = f" and {len(is_open) - 5} more" if len(is_open) > 5 else ""
        yield (
            f"Ray listens beyond this machine (ports {ports}{more}), and RAY_AUTH_MODE is not "
            "token here: who reaches a port may run code; export RAY_AUTH_MODE=token"
        )


def _variables(environment: Mapping[str, str]) -> Iterator[str]:
    for name in HUB_TOKENS:
        if environment.get(name):
            yield (
                f"{name} stands in the environment, and so in that of every worker and judge; "
                "`hf auth login` keeps it in a file of yours alone"
            )
    keys = [n for n in environment if _KEY.search(n) and environment[n] and n not in HUB_TOKENS]
    if keys:
        yield (
            f"keys stand in the environment of every process that is started here: "
            f"{', '.join(sorted(keys))}. Evomerge sends one to a judge only by "
            "--allow-judge HOST=NAME"
        )


def environment_now() -> dict[str, str]:
    """The environment of this process."""
    return dict(os.environ)
