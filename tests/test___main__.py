"""`python -m evomerge` is the command."""

import subprocess
import sys


def test_it_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "evomerge", "--help"], capture_output=True, text=True, check=True
    )
    assert "resume" in done.stdout
