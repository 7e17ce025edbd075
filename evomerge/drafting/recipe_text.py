"""The text of a drafted recipe: its keys, and beside each in a comment why it is so."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from evomerge import __version__
from evomerge.recipe import Splits

WIDTH = 98
"""Columns of a comment."""
LOW, HIGH = 0.0, 1.5
"""Between which a fine-tune's change is weighed: not at all, and half as much again as it was."""
METHOD = (
    "the base plus each fine-tune's change, weighed. On public fine-tunes of language models this "
    "alone was found to gain reliably (arXiv 2511.21437). On three "
    "sets of tiny parents no other method of twelve is shown to be better (docs/benchmarks.md, "
    "Operators that are searched for); docs/methods.md has them all"
)
GENES = (
    "each weight is searched between 0 (the fine-tune is left out) and 1.5, beginning at 0.75: of "
    "the places to begin at that were measured none was best at both sets of parents "
    "(docs/benchmarks.md, Ways to search)"
)
SEARCH = (
    "the default, which needs no setting: with 160 evaluations it was 0.05 above chance at two "
    "sets of parents, and no other way is shown to be better; with 40 hardly any is better than "
    "chance (docs/benchmarks.md, Ways to search)"
)
_PLAIN = re.compile(r"(?:zoo:|\./)?[A-Za-z][\w/.-]*(?:\+\./[\w/.-]+)?", re.ASCII)
"""A text that needs no quotes wherever it stands, unless it is a word as `true`; so do others."""
SCALES = (
    "tasks are scored on different scales, so the share of the parents' range counts that is won. "
    "Where the parents score alike at one of them `evomerge run` says so before it searches: say "
    "aggregate: raw then"
)


@dataclass(frozen=True)
class DraftedTerm:
    """A term of the fitness."""

    task: str
    """As the recipe names it: an lm-eval task, or a file beside the recipe."""
    metric: str
    why: str
    system: str = ""
    """What stands before each question."""


@dataclass(frozen=True)
class DraftedBudget:
    """When the search ends, and of how many genes it is."""

    points: int
    """Of each weight."""
    points_why: str
    evaluations: int
    minutes: float
    why: str


@dataclass(frozen=True)
class DraftedRecipe:
    """A recipe before it is text: what was chosen, and why."""

    base: str
    base_why: str
    models: tuple[str, ...]
    terms: tuple[DraftedTerm, ...]
    splits: Splits
    splits_why: str
    apply_chat_template: bool
    chat_template: str
    """"" where the recipe says nothing of it."""
    chats_why: str
    budget: DraftedBudget

    @property
    def text(self) -> str:
        """The file's text."""
        return "\n".join([*self._merge(), *self._evolve(), ""])

    def _merge(self) -> Iterator[str]:
        yield from comment(
            f"Drafted by `evomerge init` {__version__}, which says beside each key why it is so. "
            "Change what you like: `evomerge check` says what is wrong with it, `evomerge run` "
            "searches, proves and releases"
        )
        yield from ("", *comment(METHOD), "merge_method: task_arithmetic")
        yield from (*comment(self.base_why), f"base_model: {written(self.base)}")
        yield from comment(f"{GENES}. {self.budget.points_why}")
        yield "models:"
        points = f", points: {self.budget.points}" if self.budget.points > 1 else ""
        for model in self.models:
            yield f"  - model: {written(model)}"
            yield "    parameters:"
            yield f"      weight: {{gene: {{low: {LOW}, high: {HIGH}{points}}}}}"
        if self.chat_template:
            yield from comment(self.chats_why)
            yield f"chat_template: {self.chat_template}"

    def _evolve(self) -> Iterator[str]:
        yield from ("evolve:", "  seed: 0", "  fitness:")
        for term in self.terms:
            system = f", system: {written(term.system)}" if term.system else ""
            yield from comment(term.why, 4)
            yield f"    - {{task: {written(term.task)}, metric: {written(term.metric)}{system}}}"
        if len({term.metric == "gold_logprob" for term in self.terms}) > 1:
            yield from (*comment(SCALES, 2), "  aggregate: range")
        shares = ", ".join(f"{name}: {share}" for name, share in self.splits)
        yield from (*comment(self.splits_why, 2), f"  splits: {{{shares}}}")
        yield from (*comment(SEARCH, 2), "  search: {algorithm: cma-es}")
        limits = f"evaluations: {self.budget.evaluations}, minutes: {self.budget.minutes}"
        yield from (*comment(self.budget.why, 2), f"  budget: {{{limits}}}")
        applied = str(self.apply_chat_template).lower()
        yield from (*comment(self.chats_why, 2), f"  apply_chat_template: {applied}")


def comment(text: str, indent: int = 0) -> list[str]:
    """A text as lines of a comment, what could end one or turn it round as escapes."""
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    before = " " * indent + "# "
    return textwrap.wrap(
        plain[:1].upper() + plain[1:] + ".",
        WIDTH,
        initial_indent=before,
        subsequent_indent=before,
        break_on_hyphens=False,
    )


def written(text: str) -> str:
    """A text as YAML has it on one line, in quotes where it needs them."""
    if _PLAIN.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**9).strip()
