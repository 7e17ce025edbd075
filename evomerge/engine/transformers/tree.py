"""Texts that go on from one context in different ways, as one row for the model to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evomerge.engine.request import Likelihood
from evomerge.engine.transformers.prefix import Tokens

Numbered = tuple[int, Likelihood]


@dataclass(frozen=True)
class Tree:
    """A context, and behind it, one after the other, the branches that go on from it.

    A branch is what requests score, without the last token, which need not be read; so requests
    that differ in it alone share one.
    """

    context: Tokens
    branches: tuple[tuple[Tokens, tuple[Numbered, ...]], ...]

    @property
    def tokens(self) -> Tokens:
        """What is read."""
        return self.context + tuple(token for branch, _ in self.branches for token in branch)

    @property
    def width(self) -> int:
        """How many tokens are read."""
        return len(self.context) + sum(len(branch) for branch, _ in self.branches)


def trees(requests: Sequence[Numbered], shares: bool) -> Iterator[Tree]:
    """Requests put together by their contexts.

    Args:
        shares: whether the model can read several branches in one row.
    """
    contexts: dict[Tokens, dict[Tokens, list[Numbered]]] = defaultdict(lambda: defaultdict(list))
    for number, request in requests:
        begin = len(request.tokens) - request.scored
        branch = request.tokens[begin:-1]
        contexts[request.tokens[:begin]][branch].append((number, request))
    for context, grown in contexts.items():
        branches = tuple((branch, tuple(asked)) for branch, asked in grown.items())
        tree = Tree(context, branches)
        apart = [Tree(context, (branch,)) for branch in branches]
        # Attention grows with the square: short contexts of long texts are not worth sharing.
        if shares and tree.width**2 <= sum(one.width**2 for one in apart):
            yield tree
        else:
            yield from apart
