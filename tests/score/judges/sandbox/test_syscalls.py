"""The filter of system calls: as the table says, and as the kernel carries it out."""

import platform
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.judges.sandbox import (
    Limits,
    Parts,
    ProgramEnd,
    run_program,
    syscalls,
)
from tests.score.judges.hostile import CALL


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of x86_64")
def test_every_call_that_is_not_on_the_list_is_refused():
    probes = {335, 336}  # of uprobes, which the kernel answers (with an error) before any filter
    allowed = sorted(probes | {number for number, _ in syscalls.ALLOWED.values()})
    source = CALL + (
        f"allowed = {allowed}\nX32 = 0x40000000\n"
        "for number in [*range(700), *range(X32, X32 + 600)]:\n"
        "    if number not in allowed:\n"
        "        ctypes.set_errno(0)\n"
        "        assert call(number, 0, 0, 0, 0, 0, 0) == -1 and ctypes.get_errno() == 1, number"
    )
    assert run_program(Parts(source), Limits(seconds=60)) == ProgramEnd(True, "")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="instructions of x86_64")
def test_calls_by_another_architectures_numbers_end_the_process(world):
    source = (
        "import ctypes, mmap\n"
        "code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
        "code.write(bytes.fromhex('b802000000cd80c3'))  # mov eax, 2 (fork); int 0x80; ret\n"
        "address = ctypes.addressof(ctypes.c_char.from_buffer(code))\n"
        "ctypes.CFUNCTYPE(ctypes.c_int)(address)()"
    )
    assert run_program(Parts(source)).reason == "killed: Bad system call"
    world.check()


def decided(steps, call):
    """What the kernel does with a call, by running the filter as bpf(2) says."""
    place, loaded = 0, 0
    while True:
        code, _, otherwise, value = struct.unpack_from("=HBBI", steps, 8 * place)
        place += 1
        if code == syscalls.LOAD:
            loaded = struct.unpack_from("<I", call, value)[0]
        elif code == syscalls.MASK:
            loaded &= value
        elif code == syscalls.JUMP:
            place += value
        elif code == syscalls.COMPARE:
            place += 0 if loaded == value else otherwise
        else:
            return value


@given(
    st.sampled_from(sorted(syscalls.ARCHITECTURES)),
    st.one_of(st.integers(0, 600), st.integers(0, 2**32 - 1)),
    st.lists(st.one_of(st.integers(0, 0o2003), st.integers(0, 2**64 - 1)), min_size=6, max_size=6),
)
def test_the_filter_decides_as_the_table_says(machine, number, arguments):
    column, architecture = syscalls.ARCHITECTURES[machine]
    names = {numbers[column]: name for name, numbers in syscalls.ALLOWED.items()}
    condition = syscalls.CONDITIONS.get(names.get(number))
    allowed = number in names and (
        condition is None or arguments[condition.argument] & condition.mask in condition.values
    )
    steps = syscalls.seccomp_filter(machine)
    call = struct.pack("<IIQ6Q", number, architecture, 0, *arguments)
    assert decided(steps, call) == (syscalls.ALLOW if allowed else syscalls.REFUSE)
    other = struct.pack("<IIQ6Q", number, architecture ^ 1, 0, *arguments)
    assert decided(steps, other) == syscalls.KILL
