import threading

import numpy as np

from evomerge.memory import MemoryBudget
from evomerge.merge.methods.findings import Findings


def test_what_there_is_room_for_is_found_once():
    memory, found = MemoryBudget(100), []

    def find(count):
        found.append(count)
        return np.zeros(count, np.uint8), [np.zeros(count, np.uint8)]

    findings = Findings(memory)
    for _ in range(2):
        findings.once("small", lambda: find(20))
        findings.once("large", lambda: find(40))
    assert found == [20, 40, 40]
    assert memory.left == 60
    Findings(memory).once("small", lambda: find(30))
    assert memory.left == 0


def test_without_a_limit_all_is_kept():
    findings = Findings()
    first = findings.once("x", lambda: np.zeros(1 << 20))
    assert findings.once("x", lambda: None) is first


def test_nobody_waits_for_another_tensor():
    """Both are being found at the same time; with one lock for both this would never end."""
    meet = threading.Barrier(2, timeout=60)
    threads = [threading.Thread(target=lambda: Findings().once("x", meet.wait)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not meet.broken
