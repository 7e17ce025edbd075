"""The live page of a folder, served by a process of its own."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request


@contextlib.contextmanager
def serving(folder, *options):
    """The address, as the command prints it; the server is stopped as by Ctrl-C."""
    command = [sys.executable, "-m", "evomerge", "ui", str(folder), "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            yield server.stderr.readline().strip()
        finally:
            server.terminate()
            server.wait(10)


def answer(address, **headers):
    """Status, headers and text of an answer."""
    request = urllib.request.Request(address, headers=headers)
    for _ in range(100):
        try:
            with urllib.request.urlopen(request, timeout=20) as said:
                return said.status, said.headers, said.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()
        except urllib.error.URLError:  # it is printed just before it is listened to
            time.sleep(0.05)
    raise AssertionError("nobody listens")


def news(address, count):
    """The first events of a stream."""
    found = []
    with urllib.request.urlopen(address, timeout=20) as stream:
        for line in stream:
            if line.startswith(b"data: "):
                found.append(json.loads(line.removeprefix(b"data: ")))
            if len(found) == count:
                return found
    return found
