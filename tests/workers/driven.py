"""Jobs carried out by a driver of their own."""

import contextlib

from evomerge.workers.driver import Driver


def carry_out(workers, jobs, judge, pool, *more, **how):
    """What a judge makes of the answers."""
    with contextlib.closing(Driver(workers, judge, pool, *more)) as driver:
        yield from driver.carry_out(jobs, **how)
