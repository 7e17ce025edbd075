"""Trees as the tensors that a model reads, and what is read off its log-probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.engine.transformers.batches import pad
from evomerge.engine.transformers.tree import Tree


class Grid:
    """Trees as rows, padded on the right, where padding is seen by nothing that is scored.

    Args:
        start: how many tokens of every context are left out, because a cache holds them.
    """

    def __init__(self, trees: Sequence[Tree], start: int) -> None:
        self.start = start
        self.ids = pad([tree.tokens[start:] for tree in trees], 0, "right")
        """Token ids, shape (rows, width)."""
        self.plain = not start and all(len(tree.branches) == 1 for tree in trees)
        """Whether each row is one text from its beginning: no mask and no positions are needed."""
        self.positions = pad([_positions(tree)[start:] for tree in trees], 0, "right")
        self._branch = pad([_branches(tree)[start:] for tree in trees], -1, "right")
        self.numbers: list[int] = []
        rows, columns, targets = [], [], []
        for row, tree in enumerate(trees):
            begin = len(tree.context)
            for branch, asked in tree.branches:
                read = [len(tree.context) - 1, *range(begin, begin + len(branch))]
                begin += len(branch)
                for number, request in asked:
                    self.numbers.append(number)
                    rows.append(row)
                    columns.append([column - start for column in read])
                    targets.append(request.tokens[-request.scored :])
        self._rows = torch.tensor(rows)[:, None]
        self._columns, self._targets = pad(columns, 0, "right"), pad(targets, -1, "right")
        self.kept = self.ids.shape[1] - min(column for read in columns for column in read)
        """How many of the last columns' log-probabilities are scored."""

    def mask(self, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
        """What each position looks at, to be added to scores: (rows, 1, width, start + width).

        A context's position looks at those before it; a branch's also at no other branch.
        """
        branch = self._branch.to(device)
        seen = (branch[:, None, :] == 0) | (branch[:, None, :] == branch[:, :, None])
        hidden = torch.nn.functional.pad(~seen.tril(), (self.start, 0), value=False)
        mask = torch.zeros(hidden.shape, dtype=dtype, device=device)
        return mask.masked_fill_(hidden, torch.finfo(dtype).min)[:, None]

    def score(self, logprobs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The sum of each request's log-probabilities, and whether each was the largest.

        Args:
            logprobs: of the columns kept, shape (rows, kept, vocabulary).
        """
        device = logprobs.device
        rows, targets = self._rows.to(device), self._targets.to(device)
        columns = (self._columns - (self.ids.shape[1] - logprobs.shape[1])).clamp_(min=0).to(device)
        absent = targets < 0
        chosen = logprobs[rows, columns, targets.clamp(min=0)].masked_fill_(absent, 0)
        largest = logprobs.amax(-1)[rows, columns]
        greedy = ((chosen == largest) | absent).all(1)
        # Of several that are equally large the first counts; few requests come this far.
        (sure,) = greedy.nonzero(as_tuple=True)
        first = logprobs[rows[sure], columns[sure]].argmax(-1)
        greedy[sure] = ((first == targets[sure]) | absent[sure]).all(1)
        return chosen.sum(1), greedy


def _positions(tree: Tree) -> list[int]:
    begin = len(tree.context)
    branches = [begin + index for branch, _ in tree.branches for index in range(len(branch))]
    return [*range(begin), *branches]


def _branches(tree: Tree) -> list[int]:
    """For each token the number of its branch; 0 in the context."""
    numbers = [n for n, (branch, _) in enumerate(tree.branches, start=1) for _ in branch]
    return [0] * len(tree.context) + numbers
