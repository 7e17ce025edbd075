"""Methods of documents that are called once for each."""

from evomerge.score.foreign_code.remembered import Remembered, all_forgotten, remember


class Counted:
    def __init__(self):
        self.calls = []

    def text(self, doc, *more, **named):
        self.calls.append(doc["q"])
        return doc["q"].upper()


def test_a_method_is_called_once_for_each_document():
    owner, docs = Counted(), [{"q": "a"}, {"q": "b"}]
    remember(owner, "text")
    remember(owner, "text")
    assert [owner.text(doc) for doc in docs * 2] == ["A", "B", "A", "B"]
    assert owner.calls == ["a", "b"], "once, and not remembered twice over"


def test_equal_documents_are_two():
    owner = Counted()
    remember(owner, "text")
    first, second = {"q": "a"}, {"q": "a"}
    assert owner.text(first) == owner.text(second) == "A"
    assert owner.calls == ["a", "a"]


def test_calls_with_more_than_a_document_are_not_remembered():
    owner, doc = Counted(), {"q": "a"}
    remember(owner, "text")
    owner.text(doc, 1), owner.text(doc, key=1), owner.text(doc, 1)
    assert owner.calls == ["a"] * 3


def test_what_is_forgotten_is_known_again_afterwards():
    owner, doc = Counted(), {"q": "a"}
    remember(owner, "text")
    owner.text(doc)
    with all_forgotten(owner):
        owner.text(doc), owner.text(doc)
        assert owner.calls == ["a", "a"]
    owner.text(doc)
    assert owner.calls == ["a", "a"]
    assert isinstance(owner.text, Remembered)
