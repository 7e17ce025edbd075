import pytest

from evomerge.score.stops import Stops


class Letters:
    """A tokenizer whose tokens are pieces of text."""

    def __init__(self, pieces):
        self.pieces = pieces

    def __len__(self):
        return len(self.pieces)

    def decode(self, tokens, skip_special_tokens=False):
        shown = [self.pieces[t] for t in tokens]
        return "".join(p for p in shown if not (skip_special_tokens and p.startswith("<")))

    def batch_decode(self, rows):
        return [self.decode(row) for row in rows]

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
    assert Stops(LETTERS).stopped(tokens, stops) == stopped


def test_the_answer_ends_before_the_first_stop_of_any_kind():
    stops = Stops(LETTERS)
    assert stops.text(index("a", "b", "Q:", "a", "\n"), ("\n", "Q:")) == "ab"
    assert stops.text(index("a", "<end>"), ("\n",)) == "a"
