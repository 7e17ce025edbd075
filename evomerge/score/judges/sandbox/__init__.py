"""The sandbox: untrusted programs run, contained or not at all. Linux only, without privileges."""

from evomerge.score.judges.sandbox.process import DEFAULT_LIMITS, Limits, Parts, ProgramEnd
from evomerge.score.judges.sandbox.programs import require_sandbox, run_program, run_programs
from evomerge.score.judges.sandbox.script import Printed, Script, run_script

__all__ = [
    "DEFAULT_LIMITS",
    "Limits",
    "Parts",
    "Printed",
    "ProgramEnd",
    "Script",
    "require_sandbox",
    "run_program",
    "run_programs",
    "run_script",
]
