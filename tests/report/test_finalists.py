from evomerge.ledger import RankedFinalist, WinnerChosen, WinnerExplained
from evomerge.report.finalists import finalists_of

FIRST, SECOND, SMALL, SMALLER = (RankedFinalist(name, 0.5, 0.25) for name in "abcd")
CHOSEN = WinnerChosen("a", finalists=(FIRST, SECOND))


def test_those_that_were_offered_stand_behind_those_among_whom_was_chosen():
    events = [CHOSEN, WinnerExplained("a", 9, SMALL), WinnerExplained("a", 99, SMALLER)]
    assert finalists_of(events) == (FIRST, SECOND, SMALL, SMALLER)


def test_each_has_one_number():
    events = [CHOSEN, WinnerExplained("a", 9, SECOND), WinnerExplained("a", 9)]
    assert finalists_of(events, SMALL, SECOND) == (FIRST, SECOND, SMALL)


def test_another_choice_begins_anew():
    assert finalists_of([CHOSEN, WinnerExplained("a", 9, SMALL), CHOSEN]) == (FIRST, SECOND)
