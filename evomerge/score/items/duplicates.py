"""Questions that are nearly the same: one of them in the search gives away the other in the test.

Texts are compared in canonical wording (score/wording/): case, accents, spaces, the punctuation of
prose, invisible characters, letters of another script, markup, LaTeX, labels and the ways of
writing a number do not count. Two are nearly alike when

- their numbers and signs are the same, in the same order within a sentence: `3 + 7` is not `3 - 7`.
  Sentences and choices may stand in another order, if their numbers move with their words;
- of their words, and runs of two and three words within a sentence, 70 % are the same, each weighed
  by how rare it is: a template that all questions of a task share makes no two of them alike. Of
  questions with the same number for an answer it is 50 %, if they share many numbers, or if all
  that differs is a name;
- they differ in no more than three words in a row: two questions on one passage are two. What does
  not count is a sentence that most of a task's questions share, and one without a number that only
  one of the two adds: `Think step by step.`;
- their answers, where both are known, say the same: a Winograd pair is two questions. With
  different answers they are one only word for word.

Pairs are found exactly, by prefix filtering (Chaudhuri et al. 2006; Bayardo et al. 2007), and not
by sketches. A translation is not found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

import numpy as np

from evomerge.score.items.bare_items import BareItems
from evomerge.score.items.item import Item
from evomerge.score.wording.bare.sums import with_plain_sums
from evomerge.score.wording.comparison.boilerplate import common_sentences
from evomerge.score.wording.comparison.likeness import SIMILARITY, SIMILARITY_OF_SUMS, alike
from evomerge.score.wording.grams import Grams, Rarity
from evomerge.score.wording.question import Mask, Question

ROUNDING = 1e-9
"""What sums of weights may differ by for their order alone: far below the weight of a gram."""

Numbers = tuple[str, ...]


def without_duplicates(
    items: Sequence[Item],
) -> tuple[list[Item], list[tuple[Item, Item]]]:
    """Leave out questions until no two are nearly alike.

    Of two that are, the one with the smaller id stays: content decides, whatever the order.
    Items without a text are kept.

    Returns:
        The items kept, in the order given; and each one left out, with the one it nearly equals.
    """
    index = _Index(items)
    left_out: dict[str, tuple[Item, Item]] = {}
    for item in sorted(items, key=lambda item: item.id):
        like = next(index.like(item), None)
        if like is None:
            index.add(item)
        else:
            left_out[item.id] = (item, like)
    kept = [item for item in items if item.id not in left_out]
    return kept, [left_out[item.id] for item in items if item.id in left_out]


def across(*lists: Sequence[Item]) -> list[tuple[Item, Item]]:
    """The pairs of questions of two different lists that are nearly alike: the one of the earlier
    list first, in the order of the other.
    """
    index = _Index([item for one in lists for item in one])
    found = []
    for one in lists:
        found += [(like, item) for item in one for like in index.like(item)]
        for item in one:
            index.add(item)
    return found


def nearly_known(new: Sequence[Item], known: Sequence[Item]) -> list[str | None]:
    """Of each new question the id of the one that it nearly equals; None where there is none.

    It is held against those that are known, and against the new ones before it that equal none.
    Beside what is nearly alike, whoever asks the same is found by its bare text: see
    `BareItems`. What divides items into splits is not so strict.
    """
    ids = {item.id for item in known}
    index, bare = _Index([*known, *new], _with_plain_sums), BareItems()
    for item in known:
        index.add(item)
        bare.add(item)
    found: list[str | None] = []
    for item in new:
        like = item if item.id in ids else bare.like(item) or next(index.like(item), None)
        found.append(None if like is None else like.id)
        if like is None:
            index.add(item)
            bare.add(item)
            ids.add(item.id)
    return found


def _with_plain_sums(item: Item) -> Question | None:
    """The question as it is compared where `07` is 7, and `plus` a sign."""
    text = with_plain_sums(item.text)
    if text == item.text or not item.question:
        return item.question
    question = Question.of(text, item.gold)
    return question and replace(question, text=item.text)


class _Entry:
    """A question as the index holds it."""

    def __init__(self, item: Item, question: Question) -> None:
        self.item = item
        self.question = question
        self.template: Mask = np.zeros(len(question.sentences), bool)
        """Which sentences most of the task's questions share."""
        self.prefix = question.grams[:0]
        """The rarest grams: whatever has enough in common with it has one of them."""

    @property
    def numbers(self) -> set[Numbers]:
        """Its numbers, sorted, each once: with and without those of the task's template."""
        sentences = self.question.sentences
        own = [s for s, shared in zip(sentences, self.template, strict=True) if not shared]
        return {tuple(sorted({n for s in text for n in s.numbers})) for text in (sentences, own)}


class _Index:
    """Items, found again by those that are nearly alike.

    Args:
        items: all that will be added or looked for; they tell what is rare.
        read: what is compared of an item; by default its question.
    """

    def __init__(
        self,
        items: Sequence[Item],
        read: Callable[[Item], Question | None] = attrgetter("question"),
    ) -> None:
        entries = [_Entry(item, question) for item in items if (question := read(item))]
        self._rarity = Rarity([entry.question.grams for entry in entries])
        _mark_templates(entries)
        for entry in entries:
            entry.prefix = _prefix(entry, self._rarity)
        self._entries = {id(entry.item): entry for entry in entries}
        self._telling = frozenset(gram for entry in entries for gram in entry.prefix.tolist())
        self._added: list[_Entry] = []
        self._by_prefix: dict[Numbers, defaultdict[int, list[int]]] = {}
        self._by_all: dict[Numbers, defaultdict[int, list[int]]] = {}

    def add(self, item: Item) -> None:
        entry = self._entries.get(id(item))
        if entry:
            for numbers in entry.numbers:
                for places, grams in (
                    (self._by_prefix, entry.prefix.tolist()),
                    (self._by_all, self._told(entry)),
                ):
                    found = places.setdefault(numbers, defaultdict(list))
                    for gram in grams:
                        found[gram].append(len(self._added))
            self._added.append(entry)

    def like(self, item: Item) -> Iterator[Item]:
        """The items added that are nearly like this one, in the order in which they were added."""
        if entry := self._entries.get(id(item)):
            for place in sorted(self._near(entry)):
                other = self._added[place]
                templates = entry.template, other.template
                if alike(entry.question, other.question, self._rarity, templates):
                    yield other.item

    def _near(self, entry: _Entry) -> set[int]:
        """Those added that may be alike.

        What one of two has beyond the other does not count, so its rarest grams may all be there:
        only of the other it is sure that one of its rarest is shared.
        """
        near: set[int] = set()
        for numbers in entry.numbers & self._by_all.keys():
            for places, grams in (
                (self._by_prefix, self._told(entry)),
                (self._by_all, entry.prefix.tolist()),
            ):
                found = places[numbers]
                near.update(*(found[gram] for gram in grams if gram in found))
        return near

    def _told(self, entry: _Entry) -> list[int]:
        """Of its grams those by which anything is found."""
        return [gram for gram in entry.question.grams.tolist() if gram in self._telling]


def _prefix(entry: _Entry, rarity: Rarity) -> Grams:
    grams = entry.question.grams
    weights = rarity.weights(grams)
    # A template's grams may be left out of the comparison, so that they are sure of nothing.
    own = np.isin(grams, entry.question.grams_of(~entry.template)) if entry.template.any() else True
    order = np.lexsort((grams, -weights))
    similarity = SIMILARITY_OF_SUMS if entry.question.is_computed else SIMILARITY
    missing = np.where(own, weights, 0)[order].cumsum()
    enough = missing > (1 - similarity) * weights.sum() * (1 + ROUNDING)
    return grams[order[: int(enough.argmax()) + 1 if enough.any() else None]]


def _mark_templates(entries: Sequence[_Entry]) -> None:
    tasks: defaultdict[str, list[_Entry]] = defaultdict(list)
    for entry in entries:
        tasks[entry.item.task].append(entry)
    for of_task in tasks.values():
        common = common_sentences([entry.question for entry in of_task])
        for entry, template in zip(of_task, common, strict=True):
            entry.template = template
