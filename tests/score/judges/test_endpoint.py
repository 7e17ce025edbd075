"""An OpenAI-compatible address: what it is sent, what it says, and what it may do wrong."""

import contextlib
import json
import socket
import threading

import pytest

from evomerge.errors import Stopped
from evomerge.score.judges.endpoint import LARGEST, TRIES, Endpoint
from tests.score.judges.served import serving


@contextlib.contextmanager
def refused_by(rule, match):
    """A server by a rule, at which asking must stop the run."""
    with serving(rule) as server, pytest.raises(Stopped, match=match) as caught:
        yield server
    assert server.url in str(caught.value)


def ask(server, prompts=("which?",), **options):
    options = {"timeout_s": 5.0, "wait_s": 0.0, **options}
    return Endpoint(server.url, "m", **options).ask(prompts)


@pytest.mark.parametrize(
    "said, label",
    [
        ("A", "A"),
        ("b", "B"),
        (" **C**.\n", "C"),
        ("The first is longer.\nVerdict: B", "B"),
        ("(A)", "A"),
        ("AB", None),
        ("A or B", None),
        ("Both are good", None),
        ("D", None),
        ("", None),
    ],
)
def test_a_verdict_is_read_or_it_is_none(said, label):
    with serving(lambda asked, n: said) as server:
        (verdict,) = ask(server)
    assert (verdict.label, verdict.said) == (label, said)


def test_verdicts_come_in_the_order_of_the_prompts():
    with serving(lambda asked, n: asked.prompt[-1]) as server:
        verdicts = ask(server, [f"{n} {label}" for n in range(20) for label in "ABC"])
    assert "".join(verdict.label for verdict in verdicts) == "ABC" * 20


def test_a_key_goes_to_the_address_and_nowhere_else():
    with serving(lambda asked, n: "A") as other:
        moved = (307, f"{other.url}/chat/completions")
        with refused_by(lambda asked, n: moved, "HTTP 307") as server:
            ask(server, key="sesame")
    assert [asked.headers["Authorization"] for asked in server.asked] == ["Bearer sesame"]
    assert other.asked == []


def test_a_key_is_kept_out_of_messages():
    wrong = serving(lambda asked, n: (401, "wrong key: sesame"))
    with wrong as server, pytest.raises(Stopped, match=r"wrong key: \*\*\*") as caught:
        ask(server, key="sesame")
    assert server.asked[0].headers["Authorization"] == "Bearer sesame"
    chain = [caught.value, caught.value.__cause__, caught.value.__context__]
    assert "sesame" not in " ".join(map(str, chain))


def test_no_part_of_a_key_is_told_where_the_message_is_cut():
    said = "x" * 198 + " sesame"
    with serving(lambda asked, n: (401, said)) as server, pytest.raises(Stopped) as caught:
        ask(server, key="sesame")
    assert "x s" not in str(caught.value)


def test_a_proxy_that_cannot_be_used_stops_the_run(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "nonsense://127.0.0.1:1")
    with refused_by(lambda asked, n: "A", "cannot be asked .*nonsense") as server:
        ask(server)
    assert server.asked == []


def test_without_a_key_none_is_sent():
    with serving(lambda asked, n: "A") as server:
        ask(server)
    assert "Authorization" not in server.asked[0].headers


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(status):
    with serving(lambda asked, n: "A" if n == TRIES - 1 else (status, "later")) as server:
        (verdict,) = ask(server)
    assert verdict.label == "A"
    assert len(server.asked) == TRIES


def test_a_server_that_stays_busy_stops_the_run():
    with refused_by(lambda asked, n: (503, "later"), "HTTP 503: later") as server:
        ask(server)
    assert len(server.asked) == TRIES


def test_a_refusal_is_not_asked_for_again():
    with refused_by(lambda asked, n: (404, "no such model"), "HTTP 404: no such model") as server:
        ask(server)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_question_that_is_refused_has_no_verdict(status):
    """It may be about one answer alone: too long, or filtered."""
    with serving(lambda asked, n: (status, "too long")) as server:
        (verdict,) = ask(server)
    assert (verdict.label, verdict.said) == (None, f"HTTP {status}: too long")
    assert not verdict.is_whole


@pytest.mark.parametrize(
    "body", ["nonsense", "[]", '{"choices": []}', '{"choices": [{"message": null}]}', "\xff"]
)
def test_a_reply_of_another_form_has_no_verdict(body):
    with serving(lambda asked, n: (200, body)) as server:
        (verdict,) = ask(server)
    assert verdict.label is None


def test_a_slow_server_is_asked_again_and_then_stops_the_run():
    release = threading.Event()

    def slow(asked, number):
        release.wait(30)
        return "A"

    with serving(slow) as server:
        try:
            with pytest.raises(Stopped, match="timed out"):
                ask(server, timeout_s=0.05)
        finally:
            release.set()
    assert len(server.asked) == TRIES


def test_one_question_asked_in_vain_ends_the_waits_of_all():
    def rule(asked, number):
        return (401, "expired") if "refused" in asked.prompt else (503, "busy")

    with serving(rule) as server, pytest.raises(Stopped, match="HTTP 401: expired"):
        ask(server, ["busy", "refused", "busy"], wait_s=3600.0)


def test_nobody_at_the_address_stops_the_run():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/v1"
        with pytest.raises(Stopped, match=rf"the judge at {url}.*refused"):
            Endpoint(url, "m", wait_s=0.0).ask(["which?"])


def test_what_is_not_http_stops_the_run():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)

        def talk():
            for _ in range(TRIES):
                connection, _ = listening.accept()
                with connection:
                    connection.sendall(b"220 mail.example ESMTP\r\n")
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):  # what is left unread would reset the connection
                        pass

        thread = threading.Thread(target=talk)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(Stopped, match="disconnected without sending a response"):
            Endpoint(url, "m", wait_s=0.0).ask(["which?"])
        thread.join()


@pytest.mark.parametrize("size", [LARGEST - 100, 3 * LARGEST])
def test_of_a_reply_no_more_is_read_than_a_verdict_may_take(size):
    """What is longer is cut, and then is no verdict."""
    with serving(lambda asked, n: "A" + " " * size) as server:
        (verdict,) = ask(server)
    assert verdict.label == ("A" if size < LARGEST else None)
    assert len(verdict.said) <= LARGEST


def test_an_address_that_is_none_stops_the_run():
    with pytest.raises(Stopped, match="cannot be asked"):
        Endpoint("http://[::1", "m", wait_s=0.0).ask(["which?"])


@pytest.mark.parametrize(
    "reason, is_whole", [("stop", True), (None, True), ("length", False), ({"a": 1}, True)]
)
def test_a_reply_that_was_cut_off_is_not_whole(reason, is_whole):
    choice = {"message": {"content": "good day"}, "finish_reason": reason}
    with serving(lambda asked, n: (200, json.dumps({"choices": [choice]}))) as server:
        (reply,) = ask(server)
    assert (reply.said, reply.is_whole) == ("good day", is_whole)


def test_a_page_in_the_place_of_a_reply_is_none():
    with serving(lambda asked, n: (200, "<html>welcome</html>")) as server:
        (reply,) = ask(server)
    assert (reply.label, reply.is_whole) == (None, False)
