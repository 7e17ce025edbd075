"""A stand-in for the Hub on this machine: it takes what huggingface_hub sends, and keeps it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

OWNER = "someone"
LARGE = ".safetensors"
"""What the names of files end with that are uploaded by themselves, before the commit."""
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class HubServer:
    """Repositories of models, by name. It listens while the context manager is open.

    Args:
        token: what lets clients write.
    """

    def __init__(self, token: str = "hf_let_me_in_please_12345") -> None:
        self.token = token
        self.private: dict[str, bool] = {}
        self.branches: dict[str, set[str]] = {}
        self.files: dict[tuple[str, str], dict[str, bytes]] = {}
        """What stands on each branch of each repository."""
        self.messages: list[str] = []
        self.fails = ""
        """A part of the address that is answered by an error."""
        self._large: dict[str, bytes] = {}

    def __enter__(self) -> HubServer:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, said = hub.answer(
                    self.command, self.path, body, self.headers.get("Authorization")
                )
                data = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = answer

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, body: bytes, key: str | None) -> tuple[int, Any]:
        """The status and the JSON that a request is answered with."""
        if self.fails and self.fails in path:
            return 400, {"error": "the stand-in was told to fail"}
        if method == "PUT":  # where files are stored, which is asked without a token
            self._large[path.rpartition("/")[2]] = body
            return 200, {}
        if key != f"Bearer {self.token}":
            return 401, {"error": f"Invalid credentials: {key}"}
        said = [json.loads(line) for line in body.splitlines() if line]
        for pattern, handle in self._ways().items():
            if found := re.fullmatch(pattern, path.partition("?")[0]):
                return handle(said, *found.groups())
        return 404, {"error": f"no {method} {path}"}

    def _ways(self) -> dict[str, Callable[..., tuple[int, Any]]]:
        name = r"([\w.-]+/[\w.-]+)"
        return {
            "/api/repos/create": self._create,
            "/api/validate-yaml": lambda said: (200, {"errors": [], "warnings": []}),
            f"/api/models/{name}": lambda said, repo: (200, self._info(repo)),
            f"/api/models/{name}/branch/(.+)": self._branch,
            f"/api/models/{name}/preupload/(.+)": self._preupload,
            f"/{name}.git/info/lfs/objects/batch": self._batch,
            f"/api/models/{name}/commit/(.+)": self._commit,
        }

    def _create(self, said: list[Any]) -> tuple[int, Any]:
        (asked,) = said
        repo = f"{asked.get('organization') or OWNER}/{asked['name']}"
        there = repo in self.private
        if not there:
            self.private[repo] = asked.get("visibility") == "private"
            self.branches[repo] = {"main"}
        return (409 if there else 200), {"url": f"{self.url}/{repo}"}

    def _info(self, repo: str) -> dict[str, Any]:
        return {"id": repo, "sha": COMMIT, "private": self.private[repo], "siblings": []}

    def _branch(self, said: list[Any], repo: str, branch: str) -> tuple[int, Any]:
        there = branch in self.branches[repo]
        self.branches[repo].add(branch)
        return (409 if there else 200), {}

    def _preupload(self, said: list[Any], repo: str, branch: str) -> tuple[int, Any]:
        modes = [
            {
                "path": file["path"],
                "uploadMode": "lfs" if file["path"].endswith(LARGE) else "regular",
                "shouldIgnore": False,
            }
            for file in said[0]["files"]
        ]
        return 200, {"files": modes}

    def _batch(self, said: list[Any], repo: str) -> tuple[int, Any]:
        asked = [(one["oid"], one["size"]) for one in said[0]["objects"]]
        objects = [
            {"oid": oid, "size": size}
            if oid in self._large
            else {
                "oid": oid,
                "size": size,
                "actions": {"upload": {"href": f"{self.url}/storage/{oid}", "header": {}}},
            }
            for oid, size in asked
        ]
        return 200, {"transfer": "basic", "objects": objects}

    def _commit(self, said: list[Any], repo: str, branch: str) -> tuple[int, Any]:
        if branch not in self.branches[repo]:
            return 404, {"error": f"no branch {branch}"}
        files = self.files.setdefault((repo, branch), {})
        for line in said:
            value = line["value"]
            if line["key"] == "header":
                self.messages.append(value["summary"])
            elif line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                data = self._large[value["oid"]]
                assert hashlib.sha256(data).hexdigest() == value["oid"]
                files[value["path"]] = data
        return 200, {
            "success": True,
            "commitOid": COMMIT,
            "commitUrl": f"{self.url}/{repo}/commit/{COMMIT}",
            "hookOutput": "",
        }
