"""Parents are opened once, compared, and held where forked processes share them."""

import os
import pickle
import time

import pytest

from evomerge.errors import ParentError
from evomerge.weights import open_parent
from evomerge.workers.forks.messages import NotForked
from evomerge.workers.forks.opened import OpenedParents
from tests.tiny import tiny_tensors, write_model
from tests.weights.adapters.adapter_cases import pair, write_adapter
from tests.workers.forks.served import request


@pytest.fixture
def names(tmp_path):
    """A base, and an adapter on it."""
    base = write_model(tmp_path / "base", tiny_tensors(0))
    return [str(base), f"{base}+{write_adapter(tmp_path / 'a', pair())}"]


def opened(prepared, asked):
    return prepared.open(asked.parents, asked.content, 2)[0]


def test_what_an_adapter_comes_to_is_computed_once_and_what_is_mapped_stays_mapped(names):
    prepared, asked = OpenedParents(), request(*names)
    base, changed = opened(prepared, asked).values()
    alone = [open_parent(name) for name in names]
    assert base.tensors is base.source
    assert [one.content_hash for one in (base, changed)] == [one.content_hash for one in alone]
    for name in changed.tensors.specs:
        assert changed.tensors.tensor(name).equal(alone[1].tensors.tensor(name))
        again = opened(prepared, asked)[names[1]].tensors
        assert again.tensor(name).data_ptr() == changed.tensors.tensor(name).data_ptr()


def test_no_thread_is_left_for_a_fork_to_lose(names):
    before = {*os.listdir("/proc/self/task")}
    opened(OpenedParents(), request(*names))
    for _ in range(100):  # the system has one that was joined for a moment yet
        if not (left := {*os.listdir("/proc/self/task")} - before):
            break
        time.sleep(0.1)
    assert not left


def test_other_parents_take_the_place_of_those_before(names):
    prepared = OpenedParents()
    assert [*opened(prepared, request(names[0]))] == names[:1]
    assert [*opened(prepared, request(*names))] == names


def test_other_weights_than_the_drivers_are_refused_by_name_and_both_hashes(names):
    asked = request(names[0], content={names[0]: "theirs"})
    with pytest.raises(ParentError) as caught:
        opened(OpenedParents(), asked)
    for told in (f"{names[0]} has other weights", "theirs", open_parent(names[0]).content_hash):
        assert told in str(caught.value)


def test_what_is_wrong_is_said_and_not_raised(names, tmp_path):
    asked = request(names[0])
    (tmp_path / "base").rename(tmp_path / "elsewhere")
    error = pickle.loads(OpenedParents().open_for(asked))
    assert isinstance(error, ParentError)
    assert "no such folder" in str(error)
    assert isinstance(OpenedParents().open_for(request(parents=b"nonsense")), NotForked)
