from evomerge.ledger import Cost, Part, Place, State, Trial
from evomerge.report.spending import spending


def part(digest, split, tokens):
    return Part(digest, split, State.SCORED, cost=Cost(1.0, 2.0, 0.5, tokens))


def trial(digest, cycle):
    return Trial(digest, "search", {}, State.SCORED, place=Place(cycle, 0, 0))


def test_every_part_has_one_purpose():
    parts = [
        part("a", "search", 1),
        part("x", "search", 10),
        part("r", "search", 100),
        part("mean", "search", 1000),
        part("x", "validation", 10**4),
        part("a", "test", 10**5),
    ]
    trials = [trial("x", 0), trial("x", -1), trial("r", -1)]
    found = {what: cost.tokens for what, cost in spending(parts, trials, {"a"}).items()}
    assert found == {
        "parents": 1,
        "search": 1010,
        "random search": 100,
        "validation": 10**4,
        "test": 10**5,
    }
    assert sum(cost.merge_s for cost in spending(parts, trials, {"a"}).values()) == 6.0
    assert spending([], [], set()) == {}
