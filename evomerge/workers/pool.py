"""Where answers are judged: beside the driver, or by it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Inline(Executor):
    """Does at once what it is given, in the caller's thread."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Call a function now."""
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # to be raised where the result is asked for
            future.set_exception(error)
        return future


@contextlib.contextmanager
def judging_pool(concurrent: bool) -> Iterator[Executor]:
    """Where to judge, one answer after the other, in the order in which they are given.

    Args:
        concurrent: in a thread of its own, so that the driver does not wait.
    """
    if not concurrent:
        yield Inline()
        return
    pool = ThreadPoolExecutor(1, thread_name_prefix="judge")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
