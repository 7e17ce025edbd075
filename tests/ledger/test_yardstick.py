from evomerge.ledger import RunBegan, Yardstick
from evomerge.ledger.encoding import decode, encode
from evomerge.ledger.numbering import ItemNumbers


def test_a_run_of_a_version_that_did_not_record_it_has_none():
    numbers = ItemNumbers()
    tag, _ = encode(RunBegan({}), numbers)
    earlier = decode(tag, b'{"facts":{},"items":[]}', numbers)

    assert earlier == RunBegan({})
    assert earlier.yardstick is None
    assert Yardstick("raw").groups == {}
