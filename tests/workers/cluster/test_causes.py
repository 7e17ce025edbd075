"""Whose doing it was, by what Ray 2.60 raised when it was done to it."""

import pytest
from ray import exceptions

from evomerge.workers.cluster.causes import Cause, cause_of, first_line, last_line, missing_module


class Died(exceptions.ActorDiedError):
    """As Ray makes one of what its control service tells of an actor."""

    def __init__(self, said):
        Exception.__init__(self, said)
        self.said = said

    def __str__(self):
        return f"The actor died unexpectedly before finishing this task.\n\tpid: 17529\n{self.said}"


UNKNOWN = (
    "The actor is dead because its worker process has died. Worker exit type: SYSTEM_ERROR Worker "
    "exit detail: Worker unexpectedly exits with a connection error code 2. End of file. Some "
    "common causes include: (1) the process was killed by the OOM killer due to high memory usage"
)
UNAVAILABLE = exceptions.ActorUnavailableError("Socket closed", b"1" * 16)
EXITS = (
    "The actor is dead because its worker process has died. Worker exit type: SYSTEM_ERROR Worker "
    "exit detail: Worker exits unexpectedly. Worker exits with an exit code {}"
)


@pytest.mark.parametrize(
    "error, cause",
    [
        (Died(UNKNOWN), Cause("its worker was killed")),
        (Died(EXITS.format("4.")), Cause(EXITS.format("4."))),
        (
            Died(EXITS.format("1. The process receives a SIGTERM.")),
            Cause(EXITS.format("1. The process receives a SIGTERM.")),
        ),
        (
            Died("The actor is dead because it was killed by `ray.kill`."),
            Cause("The actor is dead because it was killed by `ray.kill`."),
        ),
        (
            Died("The actor is dead because its node has died."),
            Cause("The actor is dead because its node has died."),
        ),
        (
            exceptions.OutOfMemoryError("1 worker(s) were killed due to the node running low"),
            Cause("Ray ended its worker: the node was low on memory", own=True),
        ),
        (
            UNAVAILABLE,
            Cause(f"ActorUnavailableError: {UNAVAILABLE}"),
        ),
        (
            exceptions.ActorUnschedulableError("no node has the label"),
            Cause("ActorUnschedulableError: The actor is not schedulable: no node has the label"),
        ),
        (
            exceptions.RayTaskError("f", "trace", OSError("stale file handle")),
            Cause("its worker: stale file handle", goes_on=True),
        ),
    ],
)  # fmt: skip
def test_what_a_job_did_itself_is_told_from_what_was_done_to_it(error, cause):
    assert cause_of(error) == cause


@pytest.mark.parametrize(
    "kind",
    [
        exceptions.ObjectLostError,
        exceptions.OwnerDiedError,
        exceptions.NodeDiedError,
        exceptions.LocalRayletDiedError,
        exceptions.WorkerCrashedError,
        exceptions.RaySystemError,
        exceptions.RpcError,
        exceptions.OutOfDiskError,
    ],
)
def test_nothing_else_that_ray_raises_is_held_against_a_job(kind):
    error = kind.__new__(kind)
    error.__dict__.update(object_ref_hex="ab", call_site="", owner_address=None, client_exc="")
    error.__dict__.update(message="", traceback_str="", rpc_code=None)
    error.args = ("gone",)
    assert not cause_of(error).own


def test_lines_of_an_error():
    error = ValueError("\nfirst\nlast\n")
    assert (first_line(error), last_line(error)) == ("first", "last")
    assert first_line(ValueError()) == "ValueError"


def test_a_worker_that_lacks_a_module_says_so():
    error = Died(
        "RuntimeError: The actor with name WorkerProcess failed to import on the worker. This may "
        "be because\n\nModuleNotFoundError: No module named 'evomerge'"
    )
    assert missing_module(error) == "ModuleNotFoundError: No module named 'evomerge'"
    assert missing_module(Died(UNKNOWN)) is None
