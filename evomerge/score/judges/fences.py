"""Code taken out of the fences that chat models put around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_FENCE = re.compile(r"(?P<indent> {0,3})(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[^`\r\n]*)\r?$")
_PYTHON = re.compile(r"\{?\.?(python|py)\d*\b", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """A fenced block of a text."""

    language: str
    code: str
    closed: bool


def code_of(answer: str) -> str:
    """The code of an answer: its first fenced block that is marked as Python, else its first one.

    An answer without fences is code as it is. A block that is not closed goes on to the end. Where
    fences only pair up if the prompt had opened one, the code is what stands before the first.

    Fences are those of CommonMark (section 4.5): three backticks or tildes or more, closed by as
    many.
    """
    lines = answer.splitlines(keepends=True)
    blocks = _blocks(lines, None)
    if not blocks:
        return answer
    if not (_pair_up(blocks) or blocks[0].language):
        first = next(line for line in lines if _FENCE.match(line.rstrip("\n")))
        inside = _blocks(lines, first.strip())
        if _pair_up(inside):
            return inside[0].code
    python = [block for block in blocks if _PYTHON.match(block.language)]
    return (python or blocks)[0].code


def _pair_up(blocks: Sequence[Block]) -> bool:
    return all(block.closed for block in blocks)


def _blocks(lines: Sequence[str], opened: str | None) -> list[Block]:
    """The fenced blocks of lines.

    Args:
        opened: the marks of a fence that stands before the first line; None where there is none.
    """
    blocks: list[Block] = []
    marks, language, indent, code = opened, "", 0, list[str]()
    for line in lines:
        fence = _FENCE.match(line.rstrip("\n"))
        if marks is None:
            if fence:
                marks, language, code = fence["marks"], fence["info"].rstrip(), []
                indent = len(fence["indent"])
        elif fence and fence["marks"].startswith(marks):
            # One that names a language opens a block, and does not close another.
            blocks.append(Block(language, "".join(code), not fence["info"]))
            marks = fence["marks"] if fence["info"] else None
            language, indent, code = fence["info"].rstrip(), len(fence["indent"]), []
        else:
            code.append(re.sub(f"^ {{0,{indent}}}", "", line))
    if marks is not None:
        blocks.append(Block(language, "".join(code), False))
    return blocks
