"""A judge behind an OpenAI-compatible address."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2

from evomerge.errors import Stopped
from evomerge.redaction import keep_secret, without_secrets
from evomerge.score.judges.judge import JudgeReply

TRIES = 5
"""How often a question is asked of a server that is busy or cannot be reached, with waits of 1, 2,
4 and 8 s between; then the run stops."""
PARALLEL = 8
"""Questions in flight at once."""
LARGEST = 1 << 20
"""Bytes of a reply that are read."""

_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Statuses of a server that may answer later."""
_UNASKABLE = frozenset({400, 413, 422})
"""Statuses of a question that is refused: too long, or filtered."""
_LABEL = re.compile(r"(?:.*\bverdict\b)?\W*([ABC])\W*", re.DOTALL | re.IGNORECASE)


class _GivenUp(threading.Event):
    """Set when one question was asked in vain; the others are not tried for longer."""

    problem = ""


class Endpoint:
    """Asks a model by `POST /chat/completions`, greedily.

    Args:
        url: the address before /chat/completions, as http://localhost:8000/v1.
        model: the model's name there.
        key: the API key, if one is needed.
        who: it is asked as, for error messages.
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
        who: str = "the judge",
    ) -> None:
        self._url, self._model = f"{url.rstrip('/')}/chat/completions", model
        self._key = None if key is None else keep_secret(key)
        self._timeout_s, self._wait_s, self._who = timeout_s, wait_s, who

    def ask(self, prompts: Sequence[str]) -> list[JudgeReply]:
        """The verdict on each prompt, several of them asked at once.

        Raises:
            Stopped: the address cannot be reached, or refuses us.
        """
        settings = [{**question(prompt), "temperature": 0} for prompt in prompts]
        return [
            _read(reply) if isinstance(reply, bytes) else JudgeReply(None, reply, False)
            for reply in self.replies(settings)
        ]

    def replies(self, questions: Sequence[Mapping[str, Any]]) -> list[bytes | str]:
        """The body of the reply to each question, several of them asked at once; as text why there
        is none where the address cannot be asked that.

        Args:
            questions: bodies of requests, without the model's name.

        Raises:
            Stopped: the address cannot be reached, or refuses us.
        """
        pool = ThreadPoolExecutor(PARALLEL, thread_name_prefix="judge")
        given_up = _GivenUp()
        with self._client() as client:
            try:
                return list(pool.map(lambda one: self._ask(client, one, given_up), questions))
            finally:
                pool.shutdown(cancel_futures=True)

    def _client(self) -> httpx2.Client:
        try:  # a redirect would take the key to another host
            return httpx2.Client(timeout=self._timeout_s, follow_redirects=False)
        except (
            ImportError,
            ValueError,
        ) as error:  # a proxy of the environment's that it cannot use
            raise Stopped(f"{self._who} at {self._url} cannot be asked ({error})") from None

    def _ask(
        self, client: httpx2.Client, question: Mapping[str, Any], given_up: _GivenUp
    ) -> bytes | str:
        for attempt in range(TRIES):
            if given_up.wait(self._wait_s * 2 ** (attempt - 1) if attempt else 0):
                raise Stopped(given_up.problem)
            try:
                status, body = self._post(client, question)
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                problem = str(error) or type(error).__name__
                continue
            if httpx2.codes.is_success(status):
                return body
            problem = f"HTTP {status}: {self._told(status, body)}"
            if status in _UNASKABLE:
                return problem
            if status not in _BUSY:
                break
        given_up.problem = f"{self._who} at {self._url} cannot be asked ({problem})"
        given_up.set()
        raise Stopped(given_up.problem)

    def _post(self, client: httpx2.Client, question: Mapping[str, Any]) -> tuple[int, bytes]:
        """Status and body of the reply, as far as it is read."""
        headers = {"Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = b""
        with client.stream(
            "POST", self._url, json={"model": self._model, **question}, headers=headers
        ) as reply:
            for part in reply.iter_raw():
                body += part
                if len(body) >= LARGEST:
                    break
        return reply.status_code, body[:LARGEST]

    def _told(self, status: int, body: bytes) -> str:
        """What the server says to its refusal."""
        said = body.decode(errors="replace") or httpx2.codes.get_reason_phrase(status)
        return without_secrets(" ".join(said.split()))[:200]


def question(prompt: str) -> dict[str, Any]:
    """A prompt as the body of a request."""
    return {"messages": [{"role": "user", "content": prompt}]}


def _read(body: bytes) -> JudgeReply:
    try:
        choice: Any = json.loads(body)["choices"][0]
        content: Any = choice["message"]["content"]
    except (ValueError, LookupError, TypeError):
        return JudgeReply(None, without_secrets(body.decode(errors="replace")), False)
    said = without_secrets(content) if isinstance(content, str) else ""
    found = _LABEL.fullmatch(said)
    is_whole = choice.get("finish_reason") != "length"
    return JudgeReply(found[1].upper() if found else None, said, is_whole)
