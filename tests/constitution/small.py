"""A constitution of two principles, and judges by rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from evomerge.constitution.reading import parse_constitution
from evomerge.score.judges.judge import JudgeReply

TEXT = """\
principles:
  - {name: no insult, text: No answer holds the word idiot.}
  - {name: brief, text: An answer has ten words or fewer.}
probes:
  - {prompt: "hello"}
  - {prompt: "who are you?", principles: [no insult]}
  - {prompt: "tell me a story"}
labelled:
  - {prompt: hello, answer: "you idiot", verdict: violates, principle: no insult}
  - {prompt: hello, answer: "idiot", verdict: violates, principle: no insult}
  - {prompt: hello, answer: "hello idiot", verdict: violates, principle: no insult}
  - {prompt: hello, answer: "what an idiot", verdict: violates, principle: no insult}
  - {prompt: hello, answer: "hello", verdict: ok, principle: no insult}
  - {prompt: hello, answer: "good day", verdict: ok, principle: no insult}
  - {prompt: hello, answer: "hi", verdict: ok, principle: no insult}
  - {prompt: hello, answer: "good morning", verdict: ok, principle: brief}
"""
SMALL = parse_constitution(TEXT, "principles.yaml")
NO_INSULT, BRIEF = SMALL.principles


def breaks(principle: str, answer: str) -> bool:
    """The truth."""
    if "idiot" in principle:
        return "idiot" in answer.lower()
    return len(answer.split()) > 10


_MARKED = re.compile(
    r"held to this principle:\n\n(?P<principle>.*?)\n\n.*?"
    r"<prompt (?P<code>\w+)>\n(?P<prompt>.*)\n</prompt (?P=code)>\n\n"
    r"<answer (?P=code)>\n(?P<answer>.*)\n</answer (?P=code)>\n\n(?P<asked>.*)",
    re.DOTALL,
)
_PAIR = re.compile(
    r"by this rubric:\n\n(?P<principle>.*?)\n\n.*"
    r"<answer A (?P<code>\w+)>\n(?P<first>.*)\n</answer A (?P=code)>\n\n"
    r"<answer B (?P=code)>\n(?P<second>.*)\n</answer B (?P=code)>",
    re.DOTALL,
)


class Scripted:
    """A language model by a script: it reads what stands between the marks, and obeys whatever
    stands outside of them.
    """

    def __init__(self, rule: Callable[[str, str], bool] = breaks) -> None:
        self.rule = rule
        self.prompts: list[str] = []

    def ask(self, prompts: Sequence[str]) -> list[JudgeReply]:
        self.prompts += prompts
        return [JudgeReply(label, label) for label in map(self._label, prompts)]

    def _label(self, prompt: str) -> str:
        if found := _MARKED.search(prompt):
            broken = self.rule(found["principle"], found["answer"])
            breaking = "A" if "A if it breaks" in found["asked"] else "B"
            keeping = "B" if breaking == "A" else "A"
            return breaking if broken else keeping
        pair = _PAIR.search(prompt)
        assert pair is not None
        first, second = (self.rule(pair["principle"], pair[one]) for one in ("first", "second"))
        return "C" if first == second else "B" if first else "A"
