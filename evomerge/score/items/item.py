"""A benchmark question, named by its content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from evomerge.engine.request import Request
from evomerge.ledger import ItemKey
from evomerge.score.wording.question import Question


@dataclass(frozen=True)
class Item:
    """One question of a task, and what the model is asked for it."""

    task: str
    id: str
    """Hash of the question's content: the same wherever and whenever it is asked."""
    doc_id: int
    """Its index in the task, as lm-eval counts."""
    requests: tuple[Request, ...]
    text: str = ""
    """The question's text, without few-shot examples; its choices follow, one a line."""
    gold: str = ""
    """The answer that the task holds right, as text; empty where it has none."""
    group: str = ""
    """What the recipe says that it hangs together with; empty where it says nothing."""
    choices: tuple[str, ...] = ()
    """What there is to choose from, as texts."""
    cut: int = 0
    """Tokens of its longest prompt that the model is not shown, as it reads no more."""

    @property
    def key(self) -> ItemKey:
        """Its task and id."""
        return self.task, self.id

    @cached_property
    def question(self) -> Question | None:
        """As it is compared with others; None where its text has neither words nor signs."""
        return Question.of(self.text, self.gold)


def content_id(doc: Any) -> str:
    """The id of a question with this content: 64 bits of sha256 over its canonical JSON."""
    return hashlib.sha256(canonical(doc).encode()).hexdigest()[:16]


def canonical(doc: Any) -> str:
    """A document as JSON, the same for the same content."""
    return json.dumps(doc, sort_keys=True, ensure_ascii=False, default=str)
