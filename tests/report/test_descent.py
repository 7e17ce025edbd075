"""Elites of earlier cycles that a merge is made of."""

from evomerge.report.descent import elites_behind


def merge(*names):
    models = [{"model": name, "parameters": {"weight": 0.5}} for name in names]
    return {"merge_method": "linear", "models": models}


def elite(digest):
    return f"/runs/r/elites/{digest[:16]}"


FIRST, SECOND, OTHER = (letter * 64 for letter in "abc")
KNOWN = {
    SECOND: merge("A", elite(FIRST)),
    FIRST: merge("A", "B"),
    OTHER: merge("A"),
}


def test_elites_come_behind_those_that_they_are_made_of():
    found = elites_behind(merge("B", elite(SECOND), elite(FIRST)), KNOWN)

    assert list(found.items()) == [(elite(FIRST), KNOWN[FIRST]), (elite(SECOND), KNOWN[SECOND])]


def test_of_root_parents_alone_there_are_none():
    assert elites_behind(merge("A", "/elsewhere/elites/" + "d" * 16), KNOWN) == {}
    assert elites_behind({}, KNOWN) == {}
