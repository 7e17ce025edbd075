"""Whether a judge's address may be asked, and with which key: the user's word, not the recipe's."""

from __future__ import annotations

import os
from dataclasses import dataclass

import httpx2

from evomerge.errors import RecipeError
from evomerge.permissions import AllowedJudge, Permissions
from evomerge.recipe.address import Addressed
from evomerge.redaction import keep_secret

_PORTS = {"http": 80, "https": 443}
_HOW = "write it as https://HOST/v1"


@dataclass(frozen=True)
class Address:
    """Where a judge is asked, as httpx2 reads its URL: what is compared is what is connected to."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str, who: str = "judge") -> Address:
        """The address of a URL.

        Args:
            who: it is asked as, for error messages.

        Raises:
            RecipeError: it has none.
        """
        try:
            parsed = httpx2.URL(url)
        except (httpx2.InvalidURL, ValueError, TypeError) as error:
            raise RecipeError(f"{who}: its url is no address ({error}); {_HOW}") from None
        if not parsed.host:
            raise RecipeError(f"{who}: its url names no host; {_HOW}")
        port = parsed.port or _PORTS.get(parsed.scheme, 0)
        return cls(parsed.scheme, parsed.host.lower(), port)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS.get(self.scheme) else f"{host}:{self.port}"


def allowed_key(
    settings: Addressed,
    permissions: Permissions,
    who: str = "judge",
    sent: str = "the task's questions and answers",
) -> str | None:
    """The key that a judge is sent; None where it is asked without one.

    Args:
        who: a model behind an address is asked as, for error messages.
        sent: what it would be sent.

    Raises:
        RecipeError: the user has not allowed the host, has bound no key to it though the recipe
            wants one, or the key is not set or would go over the network unencrypted.
    """
    assert settings.url is not None
    address = Address.of(settings.url, who)
    allowed = permissions.judge_at(address.host, address.port)
    wanted = f"={settings.key_env}" if settings.key_env else ""
    if allowed is None:
        raise RecipeError(
            f"{who}: would send {sent} to {address}; if you trust that "
            f"host with them{' and with this key' if wanted else ''}, allow it with "
            f"--allow-judge {address}{wanted}"
        )
    if wanted and allowed.key_env is None:
        raise RecipeError(
            f"{who}: the recipe asks {address} with the key in {settings.key_env}, which you have "
            f"not bound to that host; if it is meant for it, say --allow-judge {address}{wanted}"
        )
    return None if allowed.key_env is None else _key(allowed.key_env, allowed, address, who)


def _key(variable: str, allowed: AllowedJudge, address: Address, who: str) -> str:
    if not allowed.takes_key(address.scheme):
        raise RecipeError(
            f"{who}: the recipe has {address} asked by http, so that anyone on the way could read "
            f"the key; use https, or say --allow-judge http://{address}={variable}"
        )
    key = os.environ.get(variable)
    if not key:
        raise RecipeError(f"{who}: the environment variable {variable} is not set")
    return keep_secret(key)
