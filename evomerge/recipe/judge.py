"""Language models as a recipe names them: a judge and its rubric, and others by an address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from evomerge.recipe.values import Frozen


class AddressSettings(Frozen):
    """A language model behind an address."""

    model: str = Field(min_length=1, description="its name there")
    url: str = Field(description="an OpenAI-compatible API: http://localhost:8000/v1")
    key_env: str | None = Field(
        None, description="variable of the API key; sent only by --allow-judge HOST=KEY_ENV"
    )

    @model_validator(mode="after")
    def _check(self) -> AddressSettings:
        _check_url(self.url)
        _check_variable(self.key_env)
        return self


class JudgeSettings(Frozen):
    """A language model that compares answers with the task's own, and the rubric it goes by.

    Without `url` it is a model as parents are named, run by transformers.
    """

    model: str = Field(min_length=1, description="a model as parents are; with url: its name there")
    rubric: str = Field(min_length=1, description="what makes an answer the better one")
    url: str | None = Field(None, description="an OpenAI-compatible API: http://localhost:8000/v1")
    key_env: str | None = Field(
        None, description="variable of the API key; sent only by --allow-judge HOST=KEY_ENV"
    )

    @model_validator(mode="after")
    def _check(self) -> JudgeSettings:
        if not self.rubric.strip():
            raise ValueError("the rubric must say what makes an answer the better one")
        if self.url is not None:
            _check_url(self.url)
        if self.key_env is not None and self.url is None:
            raise ValueError("key_env goes with a url")
        _check_variable(self.key_env)
        return self


def _check_variable(key_env: str | None) -> None:
    if key_env is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key_env):
        raise ValueError("key_env names an environment variable; no key belongs in a recipe")


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("url must begin with http:// or https:// and a host")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("url holds more than an address; a key is given by key_env")
