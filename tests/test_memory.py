import mmap

import torch

from evomerge import memory
from evomerge.memory import MappedFiles, MemoryBudget, free_memory


def test_memory_is_taken_as_long_as_there_is_some():
    budget = MemoryBudget(100)
    assert budget.take(60)
    assert not budget.take(41)
    assert budget.take(40)
    assert budget.left == 0


def test_free_memory_is_no_more_than_a_container_may_have(tmp_path, monkeypatch):
    there = free_memory()
    assert there > 2**20
    (tmp_path / "memory.max").write_text("3000\n")
    (tmp_path / "memory.current").write_text("1000\n")
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    assert free_memory() == 2000
    (tmp_path / "memory.max").write_text("max\n")
    assert free_memory() > 2**20


def test_addresses_in_mapped_files_are_told_from_others(tmp_path):
    (tmp_path / "a file").write_bytes(bytes(8192))
    with (tmp_path / "a file").open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        view = torch.frombuffer(mapped, dtype=torch.uint8)
        files = MappedFiles()
        assert files.hold(view.data_ptr())
        assert files.hold(view[8191:].data_ptr())
        assert not files.hold(torch.zeros(1000).data_ptr())
        assert not files.hold(0)
        del view
