"""The page of error messages says what the source says: each message, under its kind."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import evomerge
from evomerge import errors

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"
OPEN = "…"
"""Stands for what a message is filled in with, here and on the page."""
LEAST = 12
"""Characters of a text that says something; what is shorter stands in front or behind."""
KINDS = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.EvomergeError)
} - {"EvomergeError", "TrialError", "StoppedAtOnce"}
"""Those that end a command."""


def closed(text):
    """A message with one sign for each run of what is filled in."""
    return re.sub(rf"{OPEN}(?:\s*{OPEN})+", OPEN, text)


def words(node):
    """The text of a string in the source; None of anything else."""
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else OPEN for part in node.values)
        return closed("".join(parts))
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def raised(node):
    """The name of the error that a statement makes and raises."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        return getattr(node.exc.func, "id", None)
    return None


@cache
def messages():
    """Each text in the source with the kinds of errors that it is raised as, None where it is made
    in one place and raised in another."""
    found = {}
    for file in Path(evomerge.__file__).parent.rglob("*.py"):
        nodes = [*ast.walk(ast.parse(file.read_text("utf-8")))]
        kinds = {
            id(part): raised(node) for node in nodes if raised(node) for part in ast.walk(node)
        }
        for node in nodes:
            if text := words(node):
                found.setdefault(text, set()).add(kinds.get(id(node)))
    return found


@cache
def raised_messages():
    """Where in the source a kind of error is raised, with the texts of what it says."""
    found = []
    for file in sorted(Path(evomerge.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if raised(node) not in KINDS or not node.exc.args:
                continue
            texts = [words(part) for part in ast.walk(node.exc.args[0])]
            said = [text for text in texts if text and len(text.replace(OPEN, "")) > LEAST]
            if said:
                found.append((f"{file.stem}:{node.lineno}", raised(node), said))
    return found


def sections():
    """The kinds of errors in each heading of the page, and the rows below it."""
    _, *parts = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    for part in parts:
        head, _, body = part.partition("\n")
        kinds = {name for name in re.findall(r"`(\w+)`", head) if hasattr(errors, name)}
        rows = re.findall(r"^\| `{1,2} ?(.+?) ?`{1,2} \| (.+?) \| (.+?) \|$", body, re.MULTILINE)
        yield kinds, rows


ROWS = [(kinds, message) for kinds, rows in sections() for message, _, _ in rows]


@pytest.mark.parametrize(("kinds", "message"), ROWS, ids=[message for _, message in ROWS])
def test_the_source_says_it_under_that_kind(kinds, message):
    shown = message.removeprefix(OPEN)
    under = {
        kind
        for text, kinds in messages().items()
        for kind in kinds
        if shown.removesuffix(OPEN) in text
    }
    assert under & {*kinds, None}, f"{message!r} is raised as {under or 'nothing'}"


def test_each_kind_that_ends_a_command_has_its_place():
    assert set.union(*(kinds for kinds, _ in sections())) == KINDS


def test_each_row_is_read():
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert len(lines) == len(ROWS)


def is_told(kind, said):
    """Whether a row of the page is about this message."""
    return any(
        kind in kinds and message.removeprefix(OPEN).removesuffix(OPEN) in text
        for kinds, message in ROWS
        for text in said
    )


@pytest.mark.parametrize(
    ("kind", "said"),
    [one[1:] for one in raised_messages()],
    ids=[one[0] for one in raised_messages()],
)
def test_each_message_that_ends_a_command_has_a_row(kind, said):
    assert is_told(kind, said), said
