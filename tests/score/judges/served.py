"""A server that speaks the OpenAI protocol and judges by a rule."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from evomerge.permissions import Permissions

LOCAL = Permissions(allow_judges=("127.0.0.1",))
"""Has the server asked."""


@dataclass
class Asked:
    """A request that the server got."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        return self.body["messages"][0]["content"]


class Listener(ThreadingHTTPServer):
    request_queue_size = 64  # else a judge's questions wait a second for each other


@dataclass
class Server:
    url: str
    asked: list[Asked] = field(default_factory=list)


Reply = tuple[int, str] | str
"""A reply's content, or a status and a body."""


@contextlib.contextmanager
def serving(rule: Callable[[Asked, int], Reply]) -> Iterator[Server]:
    """A server whose replies a rule gives for each request and its number."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = Asked(self.path, dict(self.headers), body)
            with lock:
                number = len(server.asked)
                server.asked.append(asked)
            reply = rule(asked, number)
            if isinstance(reply, str):
                choice = {"index": 0, "message": {"role": "assistant", "content": reply}}
                reply = (200, json.dumps({"choices": [choice]}))
            with contextlib.suppress(OSError):  # who asked may have gone
                self.send_response(reply[0])
                if reply[0] in (301, 307):
                    self.send_header("Location", reply[1])
                self.end_headers()
                self.wfile.write(reply[1].encode())

        def log_message(self, *_: object) -> None:
            pass

    http = Listener(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{http.server_port}/v1")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def shown(prompt: str) -> tuple[str, str, str]:
    """Question, answer A and answer B, as a prompt shows them."""
    code = re.search(r"<question (\w+)>", prompt)[1]  # type: ignore[index]
    parts = []
    for mark in ("question", "answer A", "answer B"):
        begin, end = f"<{mark} {code}>\n", f"\n</{mark} {code}>"
        assert prompt.count(begin) == prompt.count(end) == 1
        parts.append(prompt.split(begin)[1].split(end)[0])
    return parts[0], parts[1], parts[2]


def shorter(asked: Asked, number: int = 0) -> str:
    """The shorter answer is the better one."""
    _, first, second = shown(asked.prompt)
    return "ACB"[(len(first) > len(second)) - (len(first) < len(second)) + 1]
