"""Why something went wrong in code that is not ours, in one line."""

from __future__ import annotations

from collections.abc import Iterator

LONGEST = 300
"""Characters of a message that are told; some hold a whole document."""


def cause(error: BaseException) -> str:
    """What an exception says, and the innermost one behind it where that is another.

    Libraries wrap what went wrong: `datasets` says "An error occurred while generating the
    dataset", and the exception behind it says what.
    """
    told = _told(error)
    inner = _told([*_behind(error)][-1])
    return told if inner in told else f"{told} (because {inner})"


def _behind(error: BaseException) -> Iterator[BaseException]:
    """An exception and what it was raised from, or while handling, the innermost last."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        hidden = following.__suppress_context__
        following = following.__cause__ or (None if hidden else following.__context__)


def _told(error: BaseException) -> str:
    # The text of a KeyError is its argument's repr, in which a message's lines cannot be read.
    single = isinstance(error, KeyError) and len(error.args) == 1 and " " in str(error.args[0])
    words = " ".join(str(error.args[0] if single else error).split())
    if len(words) > LONGEST:
        words = words[:LONGEST] + " …"
    name = type(error).__name__
    return f"{name}: {words}" if words else name
