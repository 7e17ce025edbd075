import pytest

from evomerge.engine.transformers.stops import Stops


class Letters:
    """A tokenizer whose tokens are pieces of text."""

    def __init__(self, pieces):
        self.pieces = pieces

    def __len__(self):
        return len(self.pieces)

    def decode(self, tokens, skip_special_tokens=False):
        shown = [self.pieces[t] for t in tokens]
        return "".join(p for p in shown if not (skip_special_tokens and p.startswith("<")))

    def batch_decode(self, rows, skip_special_tokens=False):
        return [self.decode(row, skip_special_tokens) for row in rows]

    def encode(self, text, add_special_tokens=False):
        return [self.pieces.index(letter) for letter in text]


PIECES = ["a", "b", "\n", "\n\n", "Q", ":", "Q:", "b\n", "<end>", " "]
LETTERS = Letters(PIECES)


def index(*pieces):
    return [PIECES.index(piece) for piece in pieces]


@pytest.mark.parametrize(
    "tokens, stops, stopped",
    [
        (index("a", "b"), ("\n",), False),
        (index("a", "b\n"), ("\n",), True),
        (index("a", "\n", "\n"), ("\n\n",), True),
        (index("a", "\n\n"), ("\n\n",), True),
        (index("a", "Q", ":"), ("Q:",), True),
        (index("a", "Q"), ("Q:",), False),
        (index("a", "Q:", "b"), ("Q:",), False),
        (index("a", " "), (" ",), True),
        (index("a"), (), False),
    ],
)
def test_a_stop_is_found_however_it_is_cut_up(tokens, stops, stopped):
    found = Stops(LETTERS)
    assert found.stopped(tokens, stops) == stopped
    assert found.closing(stops)[tokens[-1]] >= stopped


def test_the_answer_ends_before_the_first_stop_of_any_kind():
    stops = Stops(LETTERS)
    answers = [index("a", "b", "Q:", "a", "\n"), index("a", "<end>")]
    assert stops.texts(answers, [("\n", "Q:"), ("\n",)]) == ["ab", "a"]


def test_tokens_beyond_the_tokenizers_complete_nothing_unless_any_may():
    stops = Stops(LETTERS)
    assert not stops.closing(("\n",))[-1]
    assert not stops.closing(()).any()
    assert stops.closing((" ",)).all()
    assert [PIECES[t] for t in stops.closing(("\n",)).nonzero()[0]] == ["\n", "\n\n", "b\n"]
