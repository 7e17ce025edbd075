"""The system calls that a program in the sandbox may make, as a seccomp filter (seccomp(2)).

A list of what is allowed, so that calls that a newer kernel brings are refused. Every other call
fails with EPERM; one by another architecture's numbers ends the process. What is not there:

- a new process or thread. Threads cannot be counted without privileges (RLIMIT_NPROC counts all of
  a user's, and root's not at all), and a bomb of threads is as bad as one of processes.
- new sockets (answer and checks talk on a pair that was there before), signals to others, ptrace,
  namespaces, shared memory that outlives a process, io_uring.
- chmod, chown, utime, extended attributes, truncate by path: Landlock does not hold these.
- links and special files, which nothing that is judged needs.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""By machine: column of `ALLOWED`, and AUDIT_ARCH of linux/audit.h."""

# fmt: off
ALLOWED: dict[str, tuple[int, int | None]] = {
    "read": (0, 63), "write": (1, 64), "pread64": (17, 67), "pwrite64": (18, 68),
    "readv": (19, 65), "writev": (20, 66), "openat": (257, 56), "close": (3, 57),
    "lseek": (8, 62), "fstat": (5, 80), "stat": (4, None), "lstat": (6, None),
    "newfstatat": (262, 79), "statx": (332, 291), "access": (21, None), "faccessat": (269, 48),
    "faccessat2": (439, 439), "readlink": (89, None), "readlinkat": (267, 78), "getcwd": (79, 17),
    "chdir": (80, 49), "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24),
    "fcntl": (72, 25), "ioctl": (16, 29), "ftruncate": (77, 46), "getdents64": (217, 61),
    "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None), "unlink": (87, None),
    "unlinkat": (263, 35), "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276),
    "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "mremap": (25, 216),
    "brk": (12, 214), "madvise": (28, 233), "futex": (202, 98), "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123), "getpid": (39, 172), "gettid": (186, 178),
    "getppid": (110, 173), "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176),
    "getegid": (108, 177), "uname": (63, 160), "sysinfo": (99, 179), "times": (100, 153),
    "getrusage": (98, 165), "getrandom": (318, 278), "clock_gettime": (228, 113),
    "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "nanosleep": (35, 101),
    "gettimeofday": (96, 169), "time": (201, None), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "setitimer": (38, 103), "getitimer": (36, 102), "alarm": (37, None),
    "restart_syscall": (219, 128), "exit": (60, 93), "exit_group": (231, 94),
    "sendto": (44, 206), "recvfrom": (45, 207), "wait4": (61, 260),
}
# fmt: on
"""Numbers on x86_64 and aarch64, from the kernel's asm/unistd.h; None: there is no such call."""


@dataclass(frozen=True)
class Condition:
    """An argument of a call that must, under a mask, be one of the values."""

    argument: int
    mask: int
    values: tuple[int, ...]


CONDITIONS = {
    # O_TRUNC (0o1000) only with O_WRONLY or O_RDWR: before its third version, Landlock lets a file
    # be emptied that may only be read. Access mode 3 asks Landlock for no right at all.
    "openat": Condition(2, 0o1003, (0, 1, 2, 0o1001, 0o1002)),
    # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC. F_SETOWN and F_SETSIG would
    # have the kernel send a signal to any process of the user.
    "fcntl": Condition(1, 0xFFFFFFFF, (0, 1, 2, 3, 4, 1030)),
    # TCGETS, TIOCGWINSZ, FIONCLEX, FIOCLEX.
    "ioctl": Condition(1, 0xFFFFFFFF, (0x5401, 0x5413, 0x5450, 0x5451)),
    # MAP_PRIVATE, or MAP_SHARED with MAP_ANONYMOUS (0x20): what is written to a file through
    # memory does not count as written.
    "mmap": Condition(3, 0x2F, (0x02, 0x22, 0x21)),
}

LOAD, MASK, COMPARE, JUMP, RETURN = 0x20, 0x54, 0x15, 0x05, 0x06
"""BPF_LD|W|ABS, BPF_ALU|AND|K, BPF_JMP|JEQ|K, BPF_JMP|JA and BPF_RET|K of linux/bpf_common.h."""
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000
"""SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO with EPERM, SECCOMP_RET_KILL_PROCESS."""
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
"""Offsets in struct seccomp_data. An argument is 8 bytes, the lower half first; the kernel ignores
the upper half of those that are judged."""


def seccomp_filter(machine: str) -> bytes:
    """The filter as an array of struct sock_filter.

    Args:
        machine: a key of `ARCHITECTURES`, as `platform.machine` names it.
    """
    column, architecture = ARCHITECTURES[machine]
    steps = [
        _step(LOAD, ARCHITECTURE),
        _step(COMPARE, architecture, otherwise=1),
        _step(JUMP, 1),
        _step(RETURN, KILL),
        _step(LOAD, NUMBER),
    ]
    for name, numbers in ALLOWED.items():
        number = numbers[column]
        if number is not None:
            decision = _decision(CONDITIONS.get(name))
            steps += [_step(COMPARE, number, otherwise=len(decision)), *decision]
    return b"".join([*steps, _step(RETURN, REFUSE)])


def _decision(condition: Condition | None) -> list[bytes]:
    if condition is None:
        return [_step(RETURN, ALLOW)]
    steps = [
        _step(LOAD, ARGUMENTS + 8 * condition.argument),
        _step(MASK, condition.mask),
    ]
    for value in condition.values:
        steps += [_step(COMPARE, value, otherwise=1), _step(RETURN, ALLOW)]
    return [*steps, _step(RETURN, REFUSE)]


def _step(code: int, value: int, otherwise: int = 0) -> bytes:
    """One struct sock_filter; `otherwise`: steps left out where a comparison fails."""
    return struct.pack("=HBBI", code, 0, otherwise, value)
