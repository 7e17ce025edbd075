"""Merging: pure kernels, plans, the bank in memory, the stream from disk to disk.

`evomerge.merge` is this package, and called it is the package's main function:
:func:`evomerge.merge.merging.merge`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _CallablePackage(ModuleType):
    """A module that can be called."""

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        from evomerge.merge.merging import merge

        return merge(*args, **kwargs)


sys.modules[__name__].__class__ = _CallablePackage
