from evomerge.ledger.made import Use, Verified, WrittenBy


def test_words_of_the_record_never_change():
    assert [*map(str, Use)] == ["scored", "training"]
    assert [*map(str, Verified)] == ["executed", "voted", "judged", "unverified"]
    assert [*map(str, WrittenBy)] == ["program", "chain", "model", "correction"]
