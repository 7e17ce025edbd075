from evomerge.ledger import Split
from evomerge.ledger.split import SEEN


def test_what_is_sealed_is_what_a_run_does_not_see():
    assert {*Split} - {*SEEN} == {Split.TEST}
    assert [*map(str, Split)] == ["search", "validation", "test"]  # as recipes name them
