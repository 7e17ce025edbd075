"""Which items two winners can be compared on: both were asked them, and neither run had seen them.

Where there are none, validation items will do: both winners were chosen by those.
"""

from __future__ import annotations

from dataclasses import dataclass

from evomerge.errors import UserError
from evomerge.ledger import ItemKey, Split
from evomerge.report.comparing.compared_run import ComparedRun


@dataclass(frozen=True)
class SharedItems:
    """Items that both winners were asked, which serve for the same in both runs."""

    split: Split
    keys: tuple[ItemKey, ...]
    """In order."""
    judged_otherwise: tuple[str, ...] = ()
    """Tasks of both runs whose scores do not mean the same, and are left out."""
    asked_otherwise: int = 0
    """How many of the items have other prompts in the other run."""

    @property
    def tasks(self) -> tuple[str, ...]:
        """Those that the items are of."""
        return tuple(dict.fromkeys(task for task, _ in self.keys))


def shared_items(one: ComparedRun, other: ComparedRun) -> SharedItems:
    """The sealed items that two winners share; where there are none, validation items.

    Raises:
        UserError: they share neither.
    """
    assert one.yardstick is not None
    assert other.yardstick is not None
    ours, theirs = one.yardstick.tasks, other.yardstick.tasks
    both = [task for task in ours if task in theirs]
    same = {task for task in both if ours[task].judged == theirs[task].judged}
    unlike = tuple(sorted({*both} - same))
    for split in (Split.TEST, Split.VALIDATION):
        keys = [key for key in _asked(one, split) & _asked(other, split) if key[0] in same]
        if keys:
            prompts = sum(one.items[key][1] != other.items[key][1] for key in keys)
            return SharedItems(split, tuple(sorted(keys)), unlike, prompts)
    but = f" (what judges {', '.join(unlike)} differs)" if unlike else ""
    raise UserError(
        f"{one.name} and {other.name}: their winners were asked no sealed or validation item of "
        f"the same task and judge{but}; run both recipes with the same tasks, metrics and splits"
    )


def _asked(run: ComparedRun, split: Split) -> set[ItemKey]:
    """The items of a split that the winner has a score on."""
    return {
        key
        for where, key in run.scores
        if where == split and run.items.get(key, ("", ""))[0] == split
    }
