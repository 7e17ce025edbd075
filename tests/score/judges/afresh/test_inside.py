"""What the fresh process does with its clocks before it judges."""

import os
import subprocess
import sys

from evomerge.score.judges.afresh.clock import BACK

COUNTERS = """
import time
real = time.monotonic_ns()
from evomerge.score.judges.afresh.clock import Clock
from evomerge.score.judges.afresh import inside
with Clock() as clock:
    inside._change_counters(clock)
    before = time.monotonic()
    [None for _ in clock.between(range(3))]
    after = time.monotonic()
    assert abs(time.monotonic_ns() / 1e9 - after) < 60
    same = time.ctime() == time.ctime(time.time())
    print(before - real / 1e9, after - before - clock.passed_s, same)
"""

SEEDS = """
import random, sys
from evomerge.score.judges.afresh import inside
sys.modules.pop("torch", None)
import numpy
inside._seed_libraries()
print(numpy.random.rand() == numpy.random.RandomState(inside.SEED).rand())
"""


def printed(source):
    return subprocess.check_output(
        [sys.executable, "-c", source], env=os.environ, text=True
    ).split()


def test_counters_jump_and_go_on_with_the_clock():
    jump, more, same = printed(COUNTERS)
    assert abs(float(jump) - BACK.total_seconds()) < 60
    assert abs(float(more)) < 60
    assert same == "True"


def test_libraries_that_are_there_are_seeded():
    assert printed(SEEDS) == ["True"]
