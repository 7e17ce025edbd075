import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger import Asked, ItemScore, Part, PartAhead, RunStopped, State, Told, Trial
from evomerge.ledger.encoding import KINDS, SMALL, TAGS, decode, encode
from evomerge.ledger.events import EVENTS
from evomerge.ledger.numbering import ItemNumbers
from tests.ledger.facts import EACH, PART, TRIAL


def test_every_kind_of_record_has_one_tag():
    assert {*KINDS.values()} == {*EVENTS, Asked, Told, Part, PartAhead, Trial}
    assert len(TAGS) == len(KINDS)


@pytest.mark.parametrize("what", EACH, ids=lambda what: type(what).__name__)
def test_what_is_written_is_read_again(what):
    numbers = ItemNumbers()
    tag, data = encode(what, numbers)
    assert KINDS[tag] is type(what)
    assert decode(tag, data, numbers) == what


def test_no_reason_holds_a_secret():
    numbers = ItemNumbers()
    tag, data = encode(RunStopped("GET https://me:sesame@h/x: refused"), numbers)
    assert decode(tag, data, numbers) == RunStopped("GET https://***@h/x: refused")


def test_a_part_can_be_read_without_its_scores():
    numbers = ItemNumbers()
    part = decode(*encode(PART, numbers), numbers, with_scores=False)
    assert (part.scores, part.answers) == ((), {})
    assert (part.digest, part.cost) == (PART.digest, PART.cost)


def test_scores_of_a_trial_stand_in_its_parts():
    assert b"scores" not in encode(TRIAL, ItemNumbers())[1]


def test_what_is_large_is_compressed_and_what_is_small_is_plain():
    numbers = ItemNumbers()
    small, large = (encode(RunStopped("x" * n), numbers)[1] for n in (3, SMALL))
    assert json.loads(small) == {"reason": "xxx"}
    assert len(large) < SMALL
    assert json.loads(zlib.decompress(large)) == {"reason": "x" * SMALL}


@given(st.lists(st.tuples(st.floats(allow_nan=False), st.floats(0, 9)), max_size=9))
def test_scores_keep_their_bits_and_weights(values):
    scores = tuple(ItemScore("t", str(n), v, w) for n, (v, w) in enumerate(values))
    numbers = ItemNumbers()
    part = Part("d", "search", State.SCORED, scores=scores)
    assert decode(*encode(part, numbers), numbers).scores == scores


def test_a_tag_or_a_field_that_is_unknown_is_an_error():
    with pytest.raises(KeyError):
        decode("nothing", b"{}", ItemNumbers())
    with pytest.raises(ValueError, match="reason"):
        decode("stopped", b"{}", ItemNumbers())


@pytest.mark.parametrize("energy_j", [None, 0.0, 0.1 + 0.2])
def test_energy_is_kept_where_it_is_known(energy_j):
    part = replace(PART, cost=replace(PART.cost, energy_j=energy_j))
    numbers = ItemNumbers()
    assert decode(*encode(part, numbers), numbers) == part
