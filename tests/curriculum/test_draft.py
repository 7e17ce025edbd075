from evomerge.curriculum import ModelReply
from evomerge.curriculum.draft import seconds_of, tokens_of


def test_replies_are_added_up():
    replies = [ModelReply("a", 3, True, 0.5), ModelReply("", 4, False)]
    assert (tokens_of(replies), seconds_of(replies)) == (7, 0.5)
    assert (tokens_of([]), seconds_of([])) == (0, 0)
