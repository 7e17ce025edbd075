import json

import pytest

from evomerge.curriculum import ModelQuestion
from evomerge.curriculum.addresses import address_askers
from evomerge.errors import RecipeError
from evomerge.permissions import NOTHING
from tests.curriculum.population import curriculum, made
from tests.score.judges.served import LOCAL, serving

WRITER = {"name": "sent", "model": "big", "prompt": "like {{missed}}", "count": 3, "until": "\n\n"}
JSON = '{"question": "77 + 11 in french =", "answer": "huit huit"}'


def at(url, **more):
    return curriculum({**WRITER, "url": url, **more})


def test_a_host_is_asked_only_where_the_user_allows_it():
    settings = at("http://h:8/v1", key_env="NO_SUCH_KEY")
    with pytest.raises(
        RecipeError, match="writer sent: would send search items of the task to h:8"
    ):
        address_askers(settings, NOTHING)
    assert address_askers(curriculum({**WRITER, "model": "zoo:base"}), NOTHING) == {}


def test_what_it_writes_becomes_items_for_training():
    with serving(lambda asked, n: JSON) as server:
        settings = at(server.url)
        event = made(settings, addresses=address_askers(settings, LOCAL))
    (item,) = event.items
    assert (item.solution, item.origin.models, item.use) == ("huit huit", ("big",), "training")
    assert [one.reason for one in event.refusals] == ["the same was written before in this cycle"]
    body = server.asked[0].body
    assert (body["model"], body["temperature"], body["stop"]) == ("big", 1.0, ["\n\n"])
    assert body["messages"][0]["content"].startswith("like {")
    assert len({asked.body["seed"] for asked in server.asked}) == 3


@pytest.mark.parametrize(
    "said, told",
    [
        ((400, "too long"), ("", 0, False)),
        ((200, "no JSON"), ("", 0, False)),
        ((200, json.dumps({"choices": []})), ("", 0, False)),
        ((200, json.dumps({"choices": [{"message": {"content": None}}]})), ("", 0, False)),
        (
            (
                200,
                json.dumps(
                    {
                        "choices": [{"message": {"content": "x"}, "finish_reason": "length"}],
                        "usage": {"total_tokens": 12},
                    }
                ),
            ),
            ("x", 12, False),
        ),
        (
            (
                200,
                json.dumps(
                    {"choices": [{"message": {"content": "x"}}], "usage": {"total_tokens": -1}}
                ),
            ),
            ("x", 0, True),
        ),
    ],
)
def test_whatever_it_says_there_is_a_reply(said, told):
    with serving(lambda asked, n: said) as server:
        asker = address_askers(at(server.url), LOCAL)["sent"]
        (reply,) = asker.ask([ModelQuestion("big", "p", 9, (), 0.0, 1.0, 2**64 - 1)])
    assert (reply.text, reply.tokens, reply.finished) == told
    assert "stop" not in server.asked[0].body
