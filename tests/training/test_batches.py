from collections import Counter

from evomerge.training.batches import PIECE_TOKENS, Batches
from tests.training.training_cases import text

TEXTS = [text(number, 5 + number % 7) for number in range(30)]


def names(batches, step):
    return Counter(one.name for piece in batches.pieces(step) for one in piece)


def test_every_text_has_its_turn_once_a_pass():
    batches = Batches(TEXTS, 12, seed=1)
    taken = sum((names(batches, step) for step in range(5)), Counter())  # two passes of 30
    assert set(taken.values()) == {2}
    assert len(taken) == 30


def test_a_step_is_the_same_whenever_it_is_asked_for():
    forwards, backwards = Batches(TEXTS, 12, seed=1), Batches(TEXTS, 12, seed=1)
    there = [forwards.pieces(step) for step in range(6)]
    back = [backwards.pieces(step) for step in reversed(range(6))]
    assert there == back[::-1]


def test_passes_and_seeds_have_orders_of_their_own():
    first, second = (names(Batches(TEXTS, 15, seed), 0) for seed in (1, 2))
    assert first != second
    batches = Batches(TEXTS, 15, seed=1)
    assert names(batches, 0) != names(batches, 2)


def test_a_batch_may_be_larger_than_there_are_texts():
    assert set(names(Batches(TEXTS, 90, seed=1), 0).values()) == {3}


def test_pieces_hold_texts_of_a_length_up_to_so_many_tokens():
    long = [text(number, 100) for number in range(30, 40)]
    (*_, huge) = pieces = Batches([*TEXTS, *long, text(50, PIECE_TOKENS + 9)], 41, 1).pieces(0)
    lengths = [[len(one.tokens) for one in piece] for piece in pieces]
    flat = [length for each in lengths for length in each]
    assert flat == sorted(flat)
    assert all(len(each) * max(each) <= PIECE_TOKENS for each in lengths[:-1])
    assert [len(one.tokens) for one in huge] == [PIECE_TOKENS + 9]
