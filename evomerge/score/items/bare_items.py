"""Items, found again in disguise: by what is left when all is taken off that asks nothing."""

from __future__ import annotations

from collections import defaultdict

from evomerge.score.items.item import Item
from evomerge.score.wording.answers import same_answer
from evomerge.score.wording.bare.bare import Bare
from evomerge.score.wording.question import Question


class BareItems:
    """Items by their bare texts."""

    def __init__(self) -> None:
        self._by_text: defaultdict[str, list[tuple[Item, Question, Bare]]] = defaultdict(list)
        self._bare: dict[str, Bare] = {}

    def add(self, item: Item) -> None:
        """One more item; none without a text."""
        if item.question:
            bare = self._read(item.text)
            for text in {bare.open, bare.closed, bare.lines} - {""}:
                self._by_text[text].append((item, item.question, bare))

    def like(self, item: Item) -> Item | None:
        """The first item added that asks the same as this one, whatever was put on or taken off."""
        if question := item.question:
            bare = self._read(item.text)
            for text in (bare.open, bare.closed, bare.lines):
                for other, asked, its in self._by_text.get(text, ()):
                    if bare.same(its, answers=same_answer(question.answer, asked.answer)):
                        return other
        return None

    def _read(self, text: str) -> Bare:
        """The bare text, found once for an item that is looked for and added then."""
        return self._bare.get(text) or self._bare.setdefault(text, Bare.of(text))
