"""Two ends of a line: what one asks, the other does, and neither gets more than plain values."""

import socket
import threading

import pytest

from evomerge.score.judges.sandbox.channel import Channel, Gone, Reference


class Callable(Reference):
    def __call__(self, *arguments, **named):
        return self._channel.ask("call", self, arguments, named)


def perform(operation, *arguments):
    """The other end: it calls what it is given by name."""
    if operation == "name":
        return {"double": lambda x: 2 * x, "fill": lambda x: x.extend([1]), "raise": fail}[
            arguments[0]
        ]
    function, positional, named = arguments
    return function(*positional, **named)


def fail(kind):
    raise {"stop": StopIteration, "gone": GeneratorExit, "own": Own, "value": ValueError}[kind](
        kind
    )


class Own(KeyError):
    pass


@pytest.fixture
def channel():
    """One end; the other is served by a thread until it closes."""
    near, far = socket.socketpair()
    other = Channel(far, Callable, perform, lambda value: True)

    def serve():
        try:
            while True:
                other.serve(other.receive())
        except Gone:
            far.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield Channel(near, Callable, perform, callable)
    near.close()
    thread.join()


def test_a_function_is_called_where_it_is(channel):
    double = channel.ask("name", "double")
    assert isinstance(double, Reference)
    assert double([1, "a"]) == [1, "a", 1, "a"]
    assert channel.ask("name", "double") is not None


def test_what_a_call_changes_in_its_arguments_is_seen(channel):
    given = [0]
    assert channel.ask("name", "fill")(given) is None
    assert given == [0, 1]


def test_a_function_that_is_handed_over_is_called_back(channel):
    channel_call = channel.ask("name", "double")
    apply = channel.ask("call", channel_call, (3,), {})
    assert apply == 6


@pytest.mark.parametrize(
    "kind, raised",
    [("value", ValueError), ("own", KeyError), ("stop", RuntimeError), ("gone", RuntimeError)],
)
def test_what_is_raised_is_python_s_nearest_and_ends_no_loop(channel, kind, raised):
    with pytest.raises(raised):
        channel.ask("name", "raise")(kind)


def test_a_name_that_is_not_there_is_a_key_error(channel):
    with pytest.raises(KeyError):
        channel.ask("name", "nothing")


def test_an_object_that_cannot_be_lent_is_not_sent(channel):
    with pytest.raises(TypeError, match="cannot be handed to the answer"):
        channel.ask("call", channel.ask("name", "double"), (object(),), {})


def test_the_end_of_the_other_is_told():
    near, far = socket.socketpair()
    far.close()
    with pytest.raises(Gone):
        Channel(near, Callable, perform, callable).ask("name", "double")
    near.close()
