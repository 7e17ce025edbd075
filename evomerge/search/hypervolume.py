"""How much of the goals' space a front covers, which of its points cover most, and its knee."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.search.dominance import Goals


def hypervolume(points: Sequence[Goals], reference: Goals) -> float:
    """The volume that is dominated by points and lies above a reference (Zitzler & Thiele 1998).

    Exact, for any number of goals: the space is cut into slices along the last goal, and each slice
    is measured without it. Points that are not above the reference in every goal cover nothing.
    """
    above = [p for p in points if all(a > r for a, r in zip(p, reference, strict=True))]
    if len(reference) == 1:
        return max((p[0] for p in above), default=reference[0]) - reference[0]
    volume, ordered = 0.0, sorted(above, key=lambda p: p[-1], reverse=True)
    for number, point in enumerate(ordered):
        floor = ordered[number + 1][-1] if number + 1 < len(ordered) else reference[-1]
        if point[-1] > floor:
            slice_ = [p[:-1] for p in ordered[: number + 1]]
            volume += hypervolume(slice_, reference[:-1]) * (point[-1] - floor)
    return volume


def spread(points: Sequence[Goals], count: int, first: int) -> list[int]:
    """The places of `count` points, each chosen since it covers most beyond those before it.

    So they cover at least 1 - 1/e of the most that as many can (Guerreiro et al. 2016). Covered is
    what lies above a point that is as far below the worst as the best is above it, so the ends of
    a front count as well.

    Args:
        first: the place of the one that is chosen before the others.
    """
    best = [max(values) for values in zip(*points, strict=True)]
    worst = [min(values) for values in zip(*points, strict=True)]
    reference = tuple(2 * w - b if b > w else w - 1.0 for w, b in zip(worst, best, strict=True))
    chosen, left = [first], [place for place in range(len(points)) if place != first]
    while left and len(chosen) < count:
        held = [points[place] for place in chosen]
        most = max(left, key=lambda place: hypervolume([*held, points[place]], reference))
        chosen.append(most)
        left.remove(most)
    return chosen


def knee(points: Sequence[Goals]) -> int:
    """The place of the point that lies farthest above the plane between a front's ends (Das 1999).

    Each goal counts as a share of its range on the front, so that is the point with the largest
    sum of shares; of equals the first.
    """
    ranges = [(min(values), max(values)) for values in zip(*points, strict=True)]
    sums = [
        sum(
            (x - low) / (high - low) for x, (low, high) in zip(p, ranges, strict=True) if high > low
        )
        for p in points
    ]
    return sums.index(max(sums))
