"""How the cores of several hosts are shared among workers."""

from __future__ import annotations

from collections.abc import Sequence


def divide(
    workers: int, hosts: Sequence[int], rooms: Sequence[int] | None = None
) -> tuple[int, float]:
    """Cores for each worker, and the CPUs that are to be set aside for it.

    As many cores as let all workers fit on the hosts there are; where there are more workers than
    cores, one each, shared.

    Args:
        hosts: how many cores each host has.
        rooms: how many workers each host has room for by all else than cores; any number by
            default.
    """
    rooms = [workers] * len(hosts) if rooms is None else rooms
    for cores in range(max(hosts, default=1), 0, -1):
        fits = (min(host // cores, room) for host, room in zip(hosts, rooms, strict=True))
        if sum(fits) >= workers:
            return cores, float(cores)
    return 1, 0.0
