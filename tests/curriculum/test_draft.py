from evomerge.curriculum import ModelReply
from evomerge.curriculum.draft import DraftItem, seconds_of, tokens_of
from evomerge.ledger import WrittenBy


def test_replies_are_added_up():
    replies = [ModelReply("a", 3, True, 0.5), ModelReply("", 4, False)]
    assert (tokens_of(replies), seconds_of(replies)) == (7, 0.5)
    assert (tokens_of([]), seconds_of([])) == (0, 0)


def test_who_may_have_written_it_has_all_names_that_the_leader_may_have():
    def authors(*models):
        return DraftItem("w", WrittenBy.CHAIN, 0, {}, "", models).authors

    assert authors() == {"w"}
    assert authors("a", "b") == {"w", "a", "b"}
    assert authors("a", "leader") == authors("a", "elite") == {"w", "a", "leader", "elite"}
