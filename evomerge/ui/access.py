"""Who may look: this machine's users, and beyond it those with the token."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "evomerge_token"
LOCAL = ("localhost", "127.0.0.1", "::1")

HEADERS: Mapping[str, str] = {
    "content-security-policy": "; ".join(
        [
            "default-src 'none'",
            "script-src 'self' 'unsafe-eval'",  # Vega compiles
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
"""Of every answer: nothing is loaded from anywhere else, and no text of others is a script."""


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True)
class Access:
    """Lets requests through, or not.

    Without a token the page is for this machine: a request that names another host comes from a
    site that has its name lead here, and is refused. With one, a link that has it sets a cookie.
    """

    app: ASGIApp
    token: str | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(k.encode(), v.encode()) for k, v in HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *own]}
            await send(message)

        refusal = self._refusal(Request(scope))
        await (self.app if refusal is None else refusal)(scope, receive, secured)

    def _refusal(self, request: Request) -> Response | None:
        """What is answered in the page's place; None where it may be seen."""
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("this page only shows\n", 405)
        if self.token is None:
            if _host(request.headers) in LOCAL:
                return None
            return PlainTextResponse("this page is for the machine that it runs on\n", 403)
        given = request.query_params.get("token")
        if given is not None and hmac.compare_digest(given.encode(), self.token.encode()):
            answer = RedirectResponse(request.url.remove_query_params("token").path or "/", 303)
            answer.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
            return answer
        kept = request.cookies.get(COOKIE, "")
        if hmac.compare_digest(kept.encode(), self.token.encode()):
            return None
        return PlainTextResponse("open the address that was printed, with its token\n", 401)


def _host(headers: Headers) -> str:
    """The host that a request names, without its port."""
    host = headers.get("host", "")
    return host[1 : host.find("]")] if host.startswith("[") else host.rsplit(":", 1)[0]
