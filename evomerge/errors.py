"""Every exception that evomerge raises on purpose, and the exit code that each one means.

EvomergeError (1)
├── UserError (2)            what the user gave is wrong
│   ├── RecipeError          a key, a value, a gene or a task of a recipe
│   ├── ParentError          a model folder, a Hub id or an adapter
│   │   └── LayerError       a layer that an offspring cannot have where it has it
│   ├── SplitError           items that do not suffice, or that may not be seen
│   └── RunFolderError       a run folder in use, or of another recipe
├── NoRoomError              a disk is full; nothing half-written was left behind
├── Diverged                 a resumed run asks for something else than it did
├── Tampered                 what judges a run has changed while it went on
├── TrialError               one offspring cannot be scored; becomes the state "failed"
└── Stopped (75)             the run ended early and `evomerge resume` goes on with it
    ├── Interrupted (130)    the same, asked for with Ctrl-C
    └── Halted (2)           a rail ended it, and a person must look before it goes on
"""

from __future__ import annotations

from evomerge.redaction import without_secrets


class EvomergeError(Exception):
    """Base of all errors that evomerge raises on purpose. No secret stands in what they say."""

    exit_code = 1

    def __init__(self, *said: object) -> None:
        super().__init__(*(without_secrets(one) if isinstance(one, str) else one for one in said))


class UserError(EvomergeError):
    """The user's input is wrong. The message says what, where, and what to do."""

    exit_code = 2


class RecipeError(UserError):
    """A recipe cannot be read, or asks for something that does not exist."""


class ParentError(UserError):
    """A parent is absent, damaged, or does not fit the others."""


class LayerError(ParentError):
    """A layer cannot stand where an offspring has it.

    Args:
        number: where that is, counted from 0.
    """

    def __init__(self, said: str, number: int = 0) -> None:
        super().__init__(said)
        self.number = number


class SplitError(UserError):
    """Too few items for the splits, or a split that may not be scored now."""


class RunFolderError(UserError):
    """A run folder is in use, is not one, or belongs to another recipe."""


class NoRoomError(EvomergeError):
    """A disk is full. What was being written has been removed again."""


class Diverged(EvomergeError):
    """A resumed run asks for what the ledger does not hold, or would be told otherwise."""


class Tampered(EvomergeError):
    """What judges a run has changed while it went on: nothing is opened or released."""


class TrialError(EvomergeError):
    """This offspring cannot be scored; the run goes on without it."""


class Stopped(EvomergeError):
    """The run stopped before its end and can be resumed."""

    exit_code = 75


class Interrupted(Stopped):
    """The run was stopped with Ctrl-C and can be resumed."""

    exit_code = 130


class Halted(Stopped):
    """A rail ended the run. Nothing resumes it but a person who overrides that."""

    exit_code = 2


class StoppedAtOnce(KeyboardInterrupt):
    """A stop that does not wait for a safe moment: nothing that catches errors catches it.

    Args:
        stopped: what it becomes where it can be handled.
    """

    def __init__(self, stopped: Stopped) -> None:
        super().__init__(str(stopped))
        self.stopped = stopped
