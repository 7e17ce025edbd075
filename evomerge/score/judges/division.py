"""A program divided where its answer ends: what the answer has a hand in, and what checks it.

The two run in different processes (evomerge.score.judges.sandbox), so the checks must stand behind
the answer on lines of their own. What the task says in full before the answer, as a helper that its
checks call, is the checks' too: an answer that defines it anew fools itself alone.
"""

from __future__ import annotations

import ast
import builtins
import re
import secrets
from collections.abc import Callable, Iterator

from evomerge.errors import RecipeError
from evomerge.score.judges.sandbox import Parts

_BEGUN = re.compile(r"^(?:async +)?(?:def|class) +(\w+)", re.MULTILINE)

CURE = (
    "checks run where the answer cannot reach them, so they must stand behind {{answer}}, on lines "
    "of their own, as in {{answer}}\\n{{test}}"
)


def divided(render: Callable[[str], str], answer: str) -> Parts:
    """The parts of the program that a template makes of an answer.

    Args:
        render: makes the program of an answer.

    Raises:
        RecipeError: the answer does not stand in it once, or no checks stand behind it.
    """
    before, after = _around(render, answer)
    program = render(answer)
    checks = _checks(program, after)
    tree = _parsed(checks)
    if tree is None or not any(map(_does_something, tree.body)):
        raise RecipeError(f"program: {CURE}")
    given = _given(before)
    used, own = _names(tree), _defined(tree) | _defined(_parsed(given))
    if used & _defined(_parsed(given)):
        checks = f"{given}\n{checks}"
    asked = used - own
    behind = len(program) - len(_checks(program, after))
    return Parts(program[:behind], checks, _of_answer(before, asked))


def _of_answer(before: str, asked: set[str]) -> tuple[str, ...]:
    """Names of Python's own that the checks mean the answer's by: it is to define sum, say.

    That is what the task begins before the answer; or else, if the checks call nothing of the
    answer's but names of Python's, these.
    """
    python = asked & vars(builtins).keys()
    begun = python & set(_BEGUN.findall(before))
    return tuple(sorted(begun or (python if python == asked else ())))


def _around(render: Callable[[str], str], answer: str) -> tuple[str, str]:
    """What stands before the answer and behind it.

    A template may strip the answer, look into it, or look at its beginning: one of three ways of
    marking it changes nothing of that. By the third, nothing is known of what stands before.
    """
    program, mark = render(answer), f"answer_{secrets.token_hex(8)}"
    for marked, marks in ((mark, 1), (f"{mark}{answer}{mark}", 2), (f"{answer}{mark}", 1)):
        pieces = render(marked).split(mark)
        before, after = pieces[0] if marked.startswith(mark) else "", pieces[-1]
        fits = program.startswith(before) and program.endswith(after)
        if len(pieces) == marks + 1 and fits and len(before) + len(after) <= len(program):
            return before, after
    raise RecipeError(f"program: {{{{answer}}}} must stand in it once, as it is; {CURE}")


def _checks(program: str, after: str) -> str:
    """From the first line behind the answer that is no part of what the answer began."""
    begun = len(program) - len(after)
    if begun and program[begun - 1] != "\n":  # the rest of the answer's line must be empty
        line, _, rest = after.partition("\n")
        if line.strip():
            return ""
        after = rest
    lines = after.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.strip() and not line[0].isspace() and not line.startswith("#"):
            return "".join(lines[number:])
    return ""


def _given(before: str) -> str:
    """The statements before the answer that are whole, whatever the answer is."""
    lines = before.splitlines(keepends=True)
    for end in range(len(lines), 0, -1):
        tree = _parsed("".join(lines[:end]))
        if tree is None:
            continue
        goes_on = end == len(lines) or lines[end][0].isspace()
        last = tree.body[-1] if tree.body else None
        if last and goes_on and (hasattr(last, "body") or not lines[end - 1].endswith("\n")):
            decorators = getattr(last, "decorator_list", ())
            end = min([last.lineno, *(one.lineno for one in decorators)]) - 1
        return "".join(lines[:end])
    return ""


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _does_something(statement: ast.stmt) -> bool:
    """Whether it is more than a definition, an import or a text."""
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant)
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass, ast.Assign)
    return not isinstance(statement, kinds)


def _names(tree: ast.AST) -> set[str]:
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _defined(tree: ast.Module | None) -> set[str]:
    """Names that are bound somewhere in a text, at whatever depth."""
    return set(_bound(tree)) if tree is not None else set()


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
