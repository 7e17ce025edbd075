"""Who listens, as /proc tells it."""

import os
import socket

from evomerge.health.listening import Listener, listeners


def test_a_port_of_this_process_is_found_with_its_owner():
    with socket.create_server(("127.0.0.1", 0)) as here:
        port = here.getsockname()[1]
        (found,) = [one for one in listeners() if one.port == port]
    assert (found.address, found.process, found.is_local) == ("127.0.0.1", os.getpid(), True)
    assert "python" in found.command


def test_a_port_that_others_reach_is_told_apart():
    with socket.create_server(("0.0.0.0", 0)) as open_one:
        port = open_one.getsockname()[1]
        (found,) = [one for one in listeners() if one.port == port]
    assert not found.is_local


def test_addresses_are_read_as_the_kernel_writes_them(tmp_path):
    (tmp_path / "net").mkdir()
    head = "  sl  local_address rem_address   st tx_queue\n"
    tail = " 00000000:0000 0A 0:0 0:0 0 0 0 "
    (tmp_path / "net" / "tcp").write_text(f"{head}  0: 0100007F:1F90{tail}77\n")
    six = "00000000000000000000000001000000"
    mapped = "0000000000000000FFFF00000200000A"
    (tmp_path / "net" / "tcp6").write_text(
        f"{head}  0: {six}:0050{tail}78\n  1: {mapped}:0051{tail}79\n"
        f"  2: {six}:0052 00000000:0000 01 0:0 0:0 0 0 0 80\n"
    )
    owner = tmp_path / "42" / "fd"
    owner.mkdir(parents=True)
    (owner / "3").symlink_to("socket:[77]")
    command = b"/usr/bin/python\0-u\0/x/dashboard/dashboard.py\0--token=sesame\0"
    (tmp_path / "42" / "cmdline").write_bytes(command)
    found = listeners(tmp_path)
    assert [(one.address, one.port, one.process) for one in found] == [
        ("::1", 80, None),
        ("10.0.0.2", 81, None),
        ("127.0.0.1", 8080, 42),
    ]
    assert found[2].command == "python dashboard.py"  # without arguments: a key may stand there
    assert found[2].is_dashboard
    assert listeners(tmp_path / "nowhere") == ()


def test_what_ray_starts_is_known():
    assert Listener("0.0.0.0", 1, 1, "raylet").is_of_ray
    assert not Listener("127.0.0.1", 1, 1, "sshd").is_of_ray
    assert not Listener("127.0.0.1", 1, 1, "ray::DashboardAgent").is_dashboard
