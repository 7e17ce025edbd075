"""A fork server that is itself forked from the tests, so that it need not import anything."""

import contextlib
import importlib
import os
import pickle
import secrets
import signal
import socket
import sys
import time
import traceback
from dataclasses import replace

from evomerge.engine.fake import FAKE
from evomerge.engine.request import Likelihood
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from evomerge.weights.layouts.stock import StockModel
from evomerge.workers.cluster.messages import BeginJob
from evomerge.workers.forks import server
from evomerge.workers.forks.connecting import ForkServerLink, address
from evomerge.workers.forks.messages import ForkRequest
from evomerge.workers.forks.opened import OpenedParents
from tests.tiny import CONFIG

for module in server.IMPORTED:
    importlib.import_module(module)
StockModel.of(CONFIG)  # it imports more

NORMAL, EXITS, CRASHES, HANGS, RAISES = range(1, 6)
"""First tokens of what is asked, by which the engine does what its name says."""


def make(tokenizer, cores, device):
    """The fake engine, which does what jobs do."""
    engine = FAKE.make(tokenizer, cores, device)
    answer = engine.answer

    def answered(asked, checkpoint):
        match asked[0][0].every_token[0]:
            case 2:
                os._exit(3)
            case 3:
                signal.signal(signal.SIGSEGV, signal.SIG_DFL)  # without a trace
                os.kill(os.getpid(), signal.SIGSEGV)
            case 4:
                time.sleep(1000)
            case 5:
                raise OSError("stale file handle")
        return answer(asked, checkpoint)

    engine.answer = answered
    return engine


ENGINE = replace(FAKE, make=make)


def request(*names, content=None, **changed):
    """What a child over these parents is asked for."""
    parents = {name: open_parent(name) for name in names}
    found = {name: parent.content_hash for name, parent in parents.items()}
    keys = {
        "parents": pickle.dumps((parents, None)),
        "content": pickle.dumps(found if content is None else content),
        "engine": pickle.dumps(ENGINE),
        "environment": dict(os.environ),
        "path": tuple(sys.path),
        "folder": os.getcwd(),
    }
    given = {
        "cores": 1,
        "device": "cpu",
        "gpus": 1,
        "name": "ray 0",
        "run_dir": "",
        "elsewhere": "",
    }
    return ForkRequest(**{**keys, **given, **changed})


def job(name, key=0, number=0):
    """A job over one parent."""
    recipe = parse_recipe(f"merge_method: linear\nmodels: [{{model: {name}}}]")
    return BeginJob(key, recipe.plain(), number, None)


def asked(what):
    """Requests that have the engine do something."""
    return pickle.dumps([(Likelihood((what, 7), 1),)])


@contextlib.contextmanager
def serving():
    """A server: a link to it, its process, and what is closed when whoever started it ends."""
    name = secrets.token_hex(16)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address(name))
    starter, held = os.pipe()
    process = os.fork()
    if not process:
        try:
            os.close(held)
            listener.listen()  # its process is the one that is known to listen
            server.LINGER_S = 0.4
            server.ForkServer(listener, OpenedParents(), starter).serve()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    listener.close()
    os.close(starter)
    link = ForkServerLink(name)
    link.start = lambda: None
    with os.fdopen(held, "wb") as pipe:
        try:
            yield link, process, pipe
        finally:
            pipe.close()
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process, 0)
