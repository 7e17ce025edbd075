"""An OpenAI-compatible address as a recipe names it, and the variable of its key."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from evomerge.recipe.values import Frozen


class Addressed(Frozen):
    """A model that may stand behind an address: asked only where the user has allowed its host."""

    url: str | None = Field(None, description="an OpenAI-compatible API: http://localhost:8000/v1")
    key_env: str | None = Field(
        None, description="variable of the API key; sent only by --allow-judge HOST=KEY_ENV"
    )

    @model_validator(mode="after")
    def _check_address(self) -> Addressed:
        if self.url is not None:
            _check_url(self.url)
        if self.key_env is not None and self.url is None:
            raise ValueError("key_env goes with a url")
        if self.key_env is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", self.key_env):
            raise ValueError("key_env names an environment variable; no key belongs in a recipe")
        return self


class AddressSettings(Addressed):
    """A language model behind an address."""

    model: str = Field(min_length=1, description="its name there")
    url: str = Field(description="an OpenAI-compatible API: http://localhost:8000/v1")


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("url must begin with http:// or https:// and a host")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("url holds more than an address; a key is given by key_env")
