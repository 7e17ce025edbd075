"""Models behind OpenAI-compatible addresses that write items, where the user allows the host."""

from __future__ import annotations

import json
from collections.abc import Sequence

from evomerge.curriculum.asker import ModelAsker, ModelQuestion, ModelReply
from evomerge.permissions import Permissions
from evomerge.recipe import Curriculum
from evomerge.recipe.writers import ModelWriter
from evomerge.redaction import without_secrets
from evomerge.score.judges.address import allowed_key
from evomerge.score.judges.endpoint import Endpoint, question

NOTHING_SAID = ModelReply("", 0, False)
_SEED = 2**31 - 1
"""Seeds that an address is sent are below it: some read them as 32 bits."""


def address_askers(curriculum: Curriculum, permissions: Permissions) -> dict[str, ModelAsker]:
    """Who asks the models behind addresses, by the names of the writers that they are.

    Raises:
        RecipeError: the user has not allowed one of the hosts, or its key is not set.
    """
    return {
        writer.name: _asker(writer, permissions)
        for writer in curriculum.writers
        if isinstance(writer, ModelWriter) and writer.url is not None
    }


def _asker(writer: ModelWriter, permissions: Permissions) -> AddressAsker:
    who = f"writer {writer.name}"
    assert writer.url is not None
    key = allowed_key(writer, permissions, who, "search items of the task")
    return AddressAsker(Endpoint(writer.url, writer.model, key, who=f"the {who}"))


class AddressAsker:
    """Asks a model behind an address. What it says is nobody's to repeat: the ledger keeps it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def ask(self, asked: Sequence[ModelQuestion]) -> Sequence[ModelReply]:
        """The reply to each question; an empty one where the address refuses it.

        Raises:
            Stopped: the address cannot be reached, or refuses us.
        """
        return [*map(_read, self._endpoint.replies([*map(_body, asked)]))]


def _body(one: ModelQuestion) -> dict[str, object]:
    stops = {"stop": [*one.stops]} if one.stops else {}
    return {
        **question(one.prompt),
        **stops,
        "max_tokens": one.max_tokens,
        "temperature": one.temperature,
        "top_p": one.top_p,
        "seed": one.key % _SEED,
    }


def _read(reply: bytes | str) -> ModelReply:
    if isinstance(reply, str):
        return NOTHING_SAID
    try:
        body = json.loads(reply)
        choice = body["choices"][0]
        text = choice["message"]["content"]
        tokens = (body.get("usage") or {}).get("total_tokens", 0)
        finished = choice.get("finish_reason") != "length"
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return NOTHING_SAID
    if not isinstance(text, str):
        return NOTHING_SAID
    known = tokens if isinstance(tokens, int) and 0 <= tokens < 2**53 else 0
    return ModelReply(without_secrets(text), known, finished)
