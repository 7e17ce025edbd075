"""The live page served until it is stopped."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from evomerge.errors import UserError
from evomerge.ui.access import is_loopback
from evomerge.ui.app import application


def serve(folder: Path, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve the live page of a folder of runs until Ctrl-C.

    Beyond this machine there is a token, made here and said once, in the address.

    Args:
        port: 0 for any that is free.
        say: is told the address.

    Raises:
        UserError: there is no such folder, or the address cannot be had.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; name the one that runs are in")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            why = f"{host}:{port}: cannot be listened at ({error.strerror})"
            raise UserError(f"{why}; name another --port or --host") from None
        token = None if is_loopback(host) else secrets.token_urlsafe(32)
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}/"
        say(f"{address}?token={token}" if token else address)
        config = uvicorn.Config(
            application(folder.resolve(), token),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
            lifespan="off",
            server_header=False,
        )
        uvicorn.Server(config).run(sockets=[listening])
