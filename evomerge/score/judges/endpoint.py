"""A judge behind an OpenAI-compatible address."""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from evomerge.errors import Stopped
from evomerge.score.judges.judge import Verdict

TRIES = 5
PARALLEL = 8
"""Questions under way at once."""
LARGEST = 1 << 20
"""Bytes of a reply that are read."""

_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Statuses of a server that may answer later."""
_UNASKABLE = frozenset({400, 413, 422})
"""Statuses of a question that is refused: too long, or filtered."""
_LABEL = re.compile(r"(?:.*\bverdict\b)?\W*([ABC])\W*", re.DOTALL | re.IGNORECASE)


class Endpoint:
    """Asks a model by `POST /chat/completions`, greedily.

    Args:
        url: the address before /chat/completions, as http://localhost:8000/v1.
        model: the model's name there.
        key: the API key, if one is needed.
        timeout_s: seconds until a question counts as lost.
        wait_s: seconds before the second try; doubled before each one after.
    """

    def __init__(
        self,
        url: str,
        model: str,
        key: str | None = None,
        timeout_s: float = 120.0,
        wait_s: float = 1.0,
    ) -> None:
        self._url, self._model, self._key = f"{url.rstrip('/')}/chat/completions", model, key
        self._timeout_s, self._wait_s = timeout_s, wait_s
        self._opener = urllib.request.build_opener(_NoRedirect)

    def ask(self, prompts: Sequence[str]) -> list[Verdict]:
        """The verdict on each prompt, several of them asked at once.

        Raises:
            Stopped: the address cannot be reached, or refuses us.
        """
        pool = ThreadPoolExecutor(PARALLEL, thread_name_prefix="judge")
        try:
            return list(pool.map(self._ask, prompts))
        finally:
            pool.shutdown(cancel_futures=True)

    def _ask(self, prompt: str) -> Verdict:
        for attempt in range(TRIES):
            if attempt:
                time.sleep(self._wait_s * 2 ** (attempt - 1))
            try:
                return self._post(prompt)
            except urllib.error.HTTPError as error:
                with error:
                    problem = f"HTTP {error.code}: {self._told(error)}"
                if error.code in _UNASKABLE:
                    return Verdict(None, problem)
                if error.code not in _BUSY:
                    break
            except (OSError, http.client.HTTPException) as error:
                problem = str(error) or type(error).__name__
        raise Stopped(f"the judge at {self._url} cannot be asked ({problem})")

    def _post(self, prompt: str) -> Verdict:
        body = {
            "model": self._model,
            "messages": [{"role": "user", "content": prompt}],
            "temperature": 0,
        }
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(  # noqa: S310 - http or https: the recipe's schema
            self._url, json.dumps(body).encode(), headers, method="POST"
        )
        with self._opener.open(request, timeout=self._timeout_s) as reply:
            return _read(reply.read(LARGEST))

    def _told(self, error: urllib.error.HTTPError) -> str:
        """What the server says to its refusal, without our key in it."""
        try:
            text = error.read(LARGEST).decode(errors="replace")
        except (OSError, http.client.HTTPException):
            text = ""
        text = " ".join((text or str(error.reason)).split())[:200]
        return text.replace(self._key, "***") if self._key else text


def _read(body: bytes) -> Verdict:
    try:
        content: Any = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError):
        return Verdict(None, body.decode(errors="replace"))
    said = content if isinstance(content, str) else ""
    found = _LABEL.fullmatch(said)
    return Verdict(found[1].upper() if found else None, said)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the key to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None
