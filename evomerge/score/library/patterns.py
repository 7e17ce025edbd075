"""Regular expressions of task files, matched within limits: filters look for answers with them."""

from __future__ import annotations

import re
from typing import Any

from evomerge.backtracking import LONGEST, most_steps
from evomerge.confined import Confined, Exceeded
from evomerge.errors import RecipeError

MOST_STEPS = 2e7
"""Of a match that is made at once, in some 0.2 s; all others are made in a process of their own."""
_COMPILED, _FOUND, _REPLACED = "compiled", "found", "replaced"


class TaskPatterns:
    """What lm-eval's filters and metrics take of the module `re`, within limits.

    A pattern and a text that cannot take long are matched at once, at the cost of a look at how
    long the text is.
    """

    def __init__(self) -> None:
        self._confined = Confined(_made, (re.error, ValueError, OverflowError))

    def __getattr__(self, name: str) -> Any:
        """What matches nothing, as `re.escape`."""
        return getattr(re, name)

    def compile(self, pattern: str, flags: int = 0) -> TaskPattern:
        """A pattern.

        Raises:
            RecipeError: it is too long.
            re.error: it is none.
            Exceeded: to compile it takes too long, as a thousand classes of all characters do.
        """
        if len(pattern) > LONGEST:
            raise RecipeError(
                f"a pattern has {len(pattern):,} characters, and {LONGEST:,} are the most; shorten "
                "it"
            )
        if not pattern.isascii() or "\\u" in pattern.lower():
            self._limited(_COMPILED, pattern, flags, "", "")
        return TaskPattern(re.compile(pattern, flags), self._limited)

    def findall(self, pattern: str, string: str, flags: int = 0) -> list[Any]:
        """As `re.findall`."""
        return self.compile(pattern, flags).findall(string)

    def sub(self, pattern: str, replacement: str, string: str, flags: int = 0) -> str:
        """As `re.sub`."""
        return self.compile(pattern, flags).sub(replacement, string)

    def _limited(self, what: str, pattern: str, flags: int, text: str, by: str) -> Any:
        try:
            return self._confined(what, pattern, flags, text, by)
        except Exceeded as error:
            raise Exceeded(f"the pattern {pattern[:40]!r} {error}") from None


class TaskPattern:
    """A compiled pattern.

    Raises, when it is matched:
        Exceeded: it takes too much time or memory.
    """

    def __init__(self, compiled: re.Pattern[str], limited: Any) -> None:
        self._compiled, self._limited = compiled, limited

    def findall(self, string: str) -> list[Any]:
        """As `re.Pattern.findall`."""
        if self._is_quick(string):
            return self._compiled.findall(string)
        found = self._limited(_FOUND, self._compiled.pattern, self._compiled.flags, string, "")
        return [tuple(one) if isinstance(one, list) else one for one in found]

    def sub(self, replacement: str, string: str) -> str:
        """As `re.Pattern.sub`."""
        if self._is_quick(string):
            return self._compiled.sub(replacement, string)
        asked = _REPLACED, self._compiled.pattern, self._compiled.flags, string, replacement
        return str(self._limited(*asked))

    def _is_quick(self, text: str) -> bool:
        return most_steps(self._compiled.pattern, len(text)) <= MOST_STEPS


def _made(what: str, pattern: str, flags: int, text: str, by: str) -> Any:
    """What comes of a match, in a process of its own."""
    compiled = re.compile(pattern, flags)
    if what == _COMPILED:
        return None
    return compiled.findall(text) if what == _FOUND else compiled.sub(by, text)


TASK_PATTERNS = TaskPatterns()
"""Those of lm-eval's task files."""
