import signal
import socket
import subprocess
import sys

import pytest

from evomerge.errors import UserError
from evomerge.ledger import Ledger
from evomerge.ui.server import serve
from tests.page.folders import add_candidate, write_stopped
from tests.ui.serving import answer, news, serving


def test_beyond_this_machine_a_token_is_made_and_printed_once(tmp_path):
    with serving(tmp_path, "--host", "0.0.0.0") as printed:
        address, _, token = printed.partition("?token=")
        assert len(token) > 30
        local = address.replace("0.0.0.0", "127.0.0.1")
        assert answer(local)[0] == 401
        assert answer(f"{local}?token={token[:-1]}")[0] == 401
        request = {"Cookie": f"evomerge_token={token}"}
        assert answer(local, **request)[0] == 200


def test_it_ends_at_ctrl_c_though_somebody_watches(tmp_path):
    write_stopped(tmp_path)
    command = [sys.executable, "-m", "evomerge", "ui", str(tmp_path), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        address = server.stderr.readline().strip()
        assert answer(address)[0] == 200
        (first,) = news(f"{address}events/{tmp_path.name}", 1)
        assert first["state"] == "stopped"
        server.send_signal(signal.SIGINT)
        assert server.wait(30) in (0, 130)
        assert "Traceback" not in server.stderr.read()


def test_what_is_new_is_sent(tmp_path):
    write_stopped(tmp_path)
    with serving(tmp_path) as address:
        answer(address)
        with Ledger(tmp_path, create=True) as ledger:
            (first,) = news(f"{address}events/{tmp_path.name}", 1)
            add_candidate(ledger, 2)
            (second,) = news(f"{address}events/{tmp_path.name}", 1)
    assert first["facts"]["candidates"] == "2 (1 failed)"
    assert second["facts"]["candidates"] == "3 (1 failed)"


def contents(folder):
    """What stands in each file; those by which SQLite's readers share a ledger hold nothing."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if not path.name.endswith("-shm") and path.stat().st_size
    }


def test_it_writes_nothing(tmp_path):
    write_stopped(tmp_path)
    before = contents(tmp_path)
    with serving(tmp_path) as address:
        for path in ("", f"run/{tmp_path.name}", f"data/{tmp_path.name}"):
            assert answer(f"{address}{path}")[0] == 200
        assert contents(tmp_path) == before


def test_what_cannot_be_served_is_told_with_the_cure(tmp_path):
    with pytest.raises(UserError, match="no such folder"):
        serve(tmp_path / "absent", "127.0.0.1", 0, print)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            UserError, match=f"{port}: cannot be listened at .* name another --port"
        ):
            serve(tmp_path, "127.0.0.1", port, print)
