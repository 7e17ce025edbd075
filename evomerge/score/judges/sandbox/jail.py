"""A process gives up its rights, for good: limits, capabilities, files, system calls."""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from typing import Any

SIGKILL = 9
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 1, 38, 22, 2
CAPABILITY_VERSION_3 = 0x20080522

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Landlock's system calls, numbered alike on all architectures."""
VERSION_OF_LANDLOCK, RULE_PATH_BENEATH = 1, 1
RIGHTS = (13, 14, 15, 15, 16)
"""How many rights to files Landlock knows, by version from 1 on; later ones know no more."""
NETWORK_SINCE, TCP = 4, 0b11
SCOPES_SINCE, ABSTRACT_SOCKETS_AND_SIGNALS = 6, 0b11
WRITE_FILE, READ_FILE, TRUNCATE = 1 << 1, 1 << 2, 1 << 14
READ_FOLDER, REMOVE_FOLDER, REMOVE_FILE = 1 << 3, 1 << 4, 1 << 5
MAKE_FOLDER, MAKE_FILE, MOVE = 1 << 7, 1 << 8, 1 << 13
TO_FILES = WRITE_FILE | READ_FILE | TRUNCATE
READING = READ_FILE | READ_FOLDER
WORKING = READING | TO_FILES | REMOVE_FOLDER | REMOVE_FILE | MAKE_FOLDER | MAKE_FILE | MOVE

_libc = ctypes.CDLL(None, use_errno=True)


def restrict(parent: int, limits: str, readable: list[str]) -> None:
    """Give up what two processes have to give up before they part.

    They share one domain of Landlock: from one into another, the kernel would not send even the
    signal by which a process dies with its parent.

    Args:
        parent: the process with which this one dies.
        limits: `RLIMIT_NAME=number`, with commas between.
        readable: what may be read, beside the working folder.

    Raises:
        OSError: that cannot be done here.
    """
    _limit_resources(limits)
    _die_with(parent)
    _drop_capabilities()
    _hide_files(readable)


def seal(parent: int, steps: bytes) -> None:
    """Give up all other system calls; what may be done from here on is all that may ever be.

    Args:
        parent: the process with which this one dies.
        steps: the filter, as BPF.

    Raises:
        OSError: that cannot be done here.
    """
    _limit_resources("RLIMIT_NPROC=0")
    _die_with(parent)
    _filter_calls(steps)


def _limit_resources(limits: str) -> None:
    for limit in limits.split(","):
        name, _, number = limit.partition("=")
        kind, value = getattr(resource, name), int(number)
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def _die_with(parent: int) -> None:
    call("prctl", PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise ProcessLookupError("the process that started it is gone")


def _drop_capabilities() -> None:
    """Root without capabilities cannot raise its limits again; a filter needs no_new_privs."""
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    call("capset", struct.pack("=Ii", CAPABILITY_VERSION_3, 0), bytes(24))


def _hide_files(readable: list[str]) -> None:
    """Landlock (landlock(7)): of the file system, the working folder and what is readable."""
    version = call("syscall", CREATE_RULESET, None, 0, VERSION_OF_LANDLOCK)
    handled = (1 << RIGHTS[min(version, len(RIGHTS)) - 1]) - 1
    network = TCP if version >= NETWORK_SINCE else 0
    scopes = ABSTRACT_SOCKETS_AND_SIGNALS if version >= SCOPES_SINCE else 0
    attributes = struct.pack("=QQQ", handled, network, scopes)
    ruleset = call("syscall", CREATE_RULESET, attributes, len(attributes), 0)
    for path in readable:
        _allow(ruleset, path, READING & handled)
    _allow(ruleset, os.devnull, TO_FILES & handled)
    _allow(ruleset, ".", WORKING & handled)
    call("syscall", RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH)
    except FileNotFoundError:
        return
    if not os.path.isdir(path):
        rights &= TO_FILES
    rule = struct.pack("=Qi", rights, descriptor)
    call("syscall", ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0)
    os.close(descriptor)


def _filter_calls(steps: bytes) -> None:
    buffer = ctypes.create_string_buffer(steps, len(steps))
    program = struct.pack("@HP", len(steps) // 8, ctypes.addressof(buffer))
    call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0)


def call(function: str, *arguments: Any) -> int:
    """A function of the C library, by integers and buffers.

    Raises:
        OSError: it failed.
    """
    values = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result: int = getattr(_libc, function)(*values)
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{function}({arguments[0]!r}, ...): {os.strerror(code)}")
    return result
