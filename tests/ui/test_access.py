import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from evomerge.ui.access import COOKIE, Access, is_loopback


async def shown(request):
    return PlainTextResponse("a run")


def ask(token=None, path="/", method="GET", **headers):
    """The answer to a request, by the protocol that servers speak."""
    import asyncio

    path, _, query = path.partition("?")
    given = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "headers": given,
        "query_string": query.encode(),
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "root_path": "",
    }
    said = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        said.append(message)

    app = Access(Starlette(routes=[Route("/", shown)]), token)
    asyncio.run(app(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], headers


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1:8765", "[::1]:8765", "localhost"])
def test_this_machine_needs_no_token(host):
    assert ask(host=host)[0] == 200


@pytest.mark.parametrize("host", ["evil.example:8765", "127.0.0.1.evil.example", "", "[::2]:80"])
def test_a_site_that_has_its_name_lead_here_is_refused(host):
    assert ask(host=host)[0] == 403


def test_beyond_this_machine_the_token_is_asked_for():
    assert ask("secret", host="box:8765")[0] == 401
    assert ask("secret", path="/?token=wrong", host="box:8765")[0] == 401
    assert ask("secret", host="box:8765", cookie=f"{COOKIE}=wrong")[0] == 401
    assert ask("secret", host="box:8765", cookie=f"{COOKIE}=secret")[0] == 200


def test_a_link_with_the_token_sets_a_cookie_and_leaves_the_address():
    status, headers = ask("secret", path="/?token=secret", host="box:8765")

    assert status == 303
    assert "token" not in headers["location"]
    assert headers["set-cookie"].startswith(f"{COOKIE}=secret; HttpOnly")
    assert "SameSite=strict" in headers["set-cookie"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_sent(method):
    assert ask(method=method, host="localhost")[0] == 405


def test_every_answer_says_that_nothing_is_loaded_from_elsewhere():
    for token in (None, "secret"):
        policy = ask(token, host="localhost")[1]["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "http" not in policy


def test_loopback_addresses_are_known():
    assert all(map(is_loopback, ["127.0.0.1", "127.8.8.8", "::1", "localhost"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "10.0.0.1", "box"]))
