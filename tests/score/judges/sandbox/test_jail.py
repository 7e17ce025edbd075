"""Files are held by Landlock, whatever the filter of calls lets through."""

import re

import pytest

from evomerge.score.judges.sandbox import (
    Limits,
    Parts,
    process,
    syscalls,
)
from tests.score.judges.hostile import ERRORS, REFUSED, SMALL

HELD_BY_LANDLOCK = """write outside|append outside|write upwards|write by a descriptor of a folder
poison the library|read outside|read the accounts|list outside|list the root|list a home
delete outside|delete a folder outside|move out|move in|exchange|make a folder outside
symlink outwards|symlink of a folder|hard link|delete its own folder|move its own folder
shared memory file|read the parent's memory|read the parent's environment
read the parent's files|out of memory score""".replace("\n", "|").split("|")
EVERYTHING_ALLOWED = syscalls._step(syscalls.RETURN, syscalls.ALLOW)


@pytest.mark.parametrize("name", HELD_BY_LANDLOCK)
def test_files_are_held_by_landlock_alone(world, monkeypatch, name):
    monkeypatch.setattr(process, "_filter", lambda machine: EVERYTHING_ALLOWED)
    outcome = process.contain(Parts(world.program(REFUSED[name])), Limits(seconds=60, **SMALL))
    assert re.match(ERRORS, outcome.reason), outcome.reason
    world.check()
