"""A command: a function that ends with the exit code of whatever happens in it."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable
from typing import ParamSpec

import typer

from evomerge.cli.printable import printable
from evomerge.errors import EvomergeError, Interrupted
from evomerge.redaction import without_secrets

P = ParamSpec("P")

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Find the best merge of fine-tuned models by evolution, and prove that it is better.",
)


def command(function: Callable[P, None]) -> Callable[P, None]:
    """Make a function a command that ends with the exit code of whatever happens in it."""

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except EvomergeError as error:
            _say(printable(str(error)))
            raise typer.Exit(error.exit_code) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on
            raise typer.Exit(EvomergeError.exit_code) from None
        except OSError as error:
            _say(printable(without_secrets(str(error))))
            # Whoever showed the progress may have found its terminal closed when it was to end.
            first = error.__context__
            code = first.exit_code if isinstance(first, EvomergeError) else EvomergeError.exit_code
            raise typer.Exit(code) from None
        except KeyboardInterrupt:
            _say("interrupted")
            raise typer.Exit(Interrupted.exit_code) from None

    return app.command()(guarded)


def _say(text: str) -> None:
    """Say what went wrong, if anybody listens: the exit code says it too."""
    with contextlib.suppress(OSError):
        print(f"evomerge: {text}", file=sys.stderr, flush=True)
