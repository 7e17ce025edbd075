"""Several runs compared: winners, searches, seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evomerge.errors import UserError
from evomerge.ledger import Split
from evomerge.recipe.names import short_names
from evomerge.report.comparing.compared_run import ComparedRun, compared_run
from evomerge.report.comparing.progress import (
    EqualSpending,
    Progress,
    at_equal_spending,
    progress_of,
)
from evomerge.report.comparing.seeds import SeedSpread, seed_spreads
from evomerge.report.comparing.winners import WinnersCompared, compare_winners, corrected

A_LOOK = (
    "To compare winners by their sealed items is a look at these, which is not counted: no "
    "promotion, and no choice of a recipe that is tested on them, may rest on it."
)
OTHER_SEARCH = (
    "The runs do not search on the same items, judged and added up alike: their search scores are "
    "on no common scale."
)


@dataclass(frozen=True)
class RunsCompared:
    """Runs beside each other; the first that has a winner is what the others are held against."""

    runs: tuple[ComparedRun, ...]
    winners: tuple[WinnersCompared, ...]
    """Of each run that has one, but for the first of them."""
    progress: tuple[Progress, ...]
    """Of each run."""
    spending: tuple[EqualSpending, ...]
    spreads: tuple[SeedSpread, ...]
    remarks: tuple[str, ...]


def compare_runs(run_dirs: Sequence[str | Path]) -> RunsCompared:
    """Compare runs as they stand.

    All of it is read from their ledgers: nothing is scored, and nothing is opened.

    Raises:
        UserError: there are fewer than two, or winners were asked no items that they share.
        RunFolderError: a folder holds no run, or its ledger is damaged.
    """
    if len(run_dirs) < 2:
        raise UserError("compare needs two runs or more; `evomerge status` shows a single one")
    named = zip(run_dirs, _names(run_dirs), strict=True)
    runs = tuple(compared_run(run_dir, name) for run_dir, name in named)
    able = [run for run in runs if run.winner is not None and run.yardstick is not None]
    winners = corrected([compare_winners(run, able[0]) for run in able[1:]])
    progress = tuple(progress_of(run.history, run.ended) for run in runs)
    return RunsCompared(
        runs,
        winners,
        progress,
        at_equal_spending(progress),
        seed_spreads(runs),
        tuple(_remarks(runs, winners)),
    )


def _remarks(runs: Sequence[ComparedRun], winners: Sequence[WinnersCompared]) -> Iterator[str]:
    yield from _lacking(runs)
    if any(one.shared.split is Split.TEST for one in winners):
        yield A_LOOK
    if not _one_search(runs):
        yield OTHER_SEARCH


def _names(run_dirs: Sequence[str | Path]) -> list[str]:
    """As much of each path as tells the runs apart; one that is named twice has a number."""
    paths = [str(Path(run_dir).resolve()) for run_dir in run_dirs]
    short, seen, names = short_names(paths), dict[str, int](), list[str]()
    for path in paths:
        seen[path] = seen.get(path, 0) + 1
        names.append(short[path] + (f" ({seen[path]})" if seen[path] > 1 else ""))
    return names


def _lacking(runs: Sequence[ComparedRun]) -> Iterator[str]:
    """Why the winner of a run is not compared, a sentence each."""
    for run in runs:
        if run.winner is None:
            yield f"{run.name} has no winner yet: `evomerge resume` goes on with it."
        elif run.yardstick is None:
            yield (
                f"{run.name} was begun by an earlier version of evomerge, which did not record "
                "which questions hang together: its winner cannot be compared. Run it anew."
            )


def _one_search(runs: Sequence[ComparedRun]) -> bool:
    """Whether all search on the same items, judged and added up alike."""
    first, *others = map(_searched, runs)
    return first is not None and all(other == first for other in others)


def _searched(run: ComparedRun) -> object:
    """What a search score means in a run; None where that is not known."""
    known = run.yardstick
    if known is None:
        return None
    asked = {k: prompt for k, (split, prompt) in run.items.items() if split == Split.SEARCH}
    return known.how, known.tasks, asked, run.ranges if known.how == "range" else None
