"""A command of evomerge, run in this process as the console script runs it."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

from evomerge.cli.main import app
from evomerge.errors import UserError


def commanded(arguments: list[str], folder: Path) -> str | None:
    """Have a command of evomerge run in a folder.

    Returns:
        What should not be; None where it ended with 0 and nothing is wrong.

    Raises:
        UserError: the command ended with 2, and this is what it said.
    """
    out, err = io.StringIO(), io.StringIO()
    here = contextlib.chdir(folder)
    with here, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            app(arguments)
        except SystemExit as end:
            code = end.code
    said = out.getvalue() + err.getvalue()
    pages = [page.read_text().partition("```")[0] for page in (folder / "out").glob("*.md")]
    if "\x1b" in said or any("<script" in page for page in pages):
        return f"a terminal or a page obeys: {said[-300:]!r}"
    if code == 2:
        raise UserError(err.getvalue()[-300:].strip())
    return None if code in (0, None) else f"ended with {code}: {said[-300:]}"
