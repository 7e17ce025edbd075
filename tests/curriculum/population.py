"""A population that needs no model: it spells sums, and its members have known faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from evomerge.curriculum import HumanItems, ModelReply, Programs, SolvedBy, write
from evomerge.recipe import Curriculum
from evomerge.score.items.duplicates import nearly_known
from evomerge.score.items.item import Item, content_id

WORDS = "zéro un deux trois quatre cinq six sept huit neuf".split()
HUMAN = [
    {"question": f"{a} + {b} in french =", "answer": " ".join(WORDS[int(d)] for d in str(a + b))}
    for a, b in ((1, 2), (30, 40), (50, 9), (62, 61))
]
SUMS = """\
import json, random, sys
seed, count = int(sys.argv[1]), int(sys.argv[2])
words = "zéro un deux trois quatre cinq six sept huit neuf".split()
draw = random.Random(seed)
for _ in range(count):
    a, b = draw.randrange(100), draw.randrange(100)
    spelt = " ".join(words[int(digit)] for digit in str(a + b))
    print(json.dumps({"question": f"{a} + {b} in french =", "answer": spelt}))
"""
DRAW = """\
import json, random, sys
draw = random.Random(int(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    print(json.dumps({"question": f"{draw.randrange(100)} + {draw.randrange(100)}"}))
"""
CHECK = """\
import json, sys
words = "zéro un deux trois quatre cinq six sept huit neuf".split()
for line in sys.stdin:
    document = json.loads(line)
    a, b = map(int, document["question"].split(" in ")[0].split(" + "))
    print(json.dumps(document["answer"] == " ".join(words[int(d)] for d in str(a + b))))
"""
CHAIN = {
    "name": "told",
    "count": 40,
    "questions": {"program": "draw.py"},
    "chain": [
        {"ask": "adder", "prompt": "{{question}} in digits ="},
        {"ask": "speller", "prompt": "{{answer}} in french ="},
    ],
    "document": {"question": "{{question}} in french =", "answer": "{{answer}}"},
}
FILES = {"sums.py": SUMS, "draw.py": DRAW, "check.py": CHECK}


def curriculum(*writers, **settings):
    """One of these writers, for which every item is as good as another."""
    wanted = {"task": "spelt", "solved": {"least": 0, "most": 1}, "writers": [*writers], **settings}
    return Curriculum.model_validate(wanted)


class Spelling:
    """The task: its documents have a question and an answer."""

    def question(self, document):
        return document["question"]

    def gold(self, document):
        return document["answer"]


@dataclass
class People:
    """Models by name: `adder` adds, `speller` spells, `leader` does both; each wrong as often as
    its name says. A warm answer is wrong half of the time.
    """

    wrong: dict[str, float] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)
    says: Any = None
    """Another model's words, by a function of the question."""

    def ask(self, asked):
        self.asked += asked
        return [self._reply(one) for one in asked]

    def _reply(self, one):
        if self.says is not None and (text := self.says(one)) is not None:
            return ModelReply(text, 9, True, 0.25)
        text = one.prompt.split(" in ")[0]
        total = sum(map(int, text.split(" + ")))
        faulty = one.key / 2**64 < (0.5 if one.temperature else self.wrong.get(one.model, 0.0))
        total += faulty * (1 + one.key % 7)
        digits = str(total)
        answer = digits if one.model == "adder" else " ".join(WORDS[int(d)] for d in digits)
        return ModelReply(f" {answer}", 9, True, 0.25)


@dataclass
class Sealed:
    """Knows the human items and a sealed one; nobody has asked for more."""

    share: Any = 0.5
    sealed: tuple[dict[str, str], ...] = ()
    shown: list[Any] = field(default_factory=list)

    def near(self, documents):
        return nearly_known(items(documents), items([*HUMAN, *self.sealed]))

    def solved(self, documents):
        self.shown += documents
        return [self._solved(one) for one in documents]

    def _solved(self, document):
        share = self.share(document) if callable(self.share) else self.share
        if isinstance(share, SolvedBy):
            return share
        return SolvedBy(share, share > 0, share > 0, share == 1)


def items(documents):
    return [
        Item("spelt", content_id(one), n, (), one["question"], one["answer"])
        for n, one in enumerate(documents)
    ]


def made(settings, *, asker=None, solver=None, files=None, cycle=0, seed=0, **more):
    """What a curriculum comes to in a cycle."""
    return write(
        settings,
        cycle,
        seed,
        asker=asker or People(),
        solver=solver or Sealed(),
        reader=Spelling(),
        human=more.pop("human", HumanItems({"spelt": HUMAN})),
        programs=Programs({**FILES, **(files or {})}),
        **more,
    )
