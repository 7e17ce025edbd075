"""What the models of a run are called."""

from evomerge.ledger import (
    RANDOM_SEARCH,
    UNIFORM,
    BaselinesNamed,
    BudgetRaised,
    Model,
    Named,
    RankedFinalist,
    Role,
    ShippedNamed,
    WinnerChosen,
    WinnerExplained,
)
from evomerge.report.names import Names

PARENTS = BaselinesNamed(
    (
        Named(Model(Role.PARENT, "/models/a"), "a"),
        Named(Model(Role.PARENT, "/models/b"), "b"),
        Named(UNIFORM, "u"),
    )
)
FINALIST = RankedFinalist("f", 0.5, 0.25)
CHOSEN = WinnerChosen(
    "w",
    (Named(Model(Role.PARENT, "/models/a"), "a"), Named(RANDOM_SEARCH, "r")),
    finalists=(RankedFinalist("w", 0.5, 0.5), FINALIST),
)


def digests(*events):
    names = Names()
    for event in events:
        names.take(event)
    return names.digests


def test_parents_are_named_as_short_as_tells_them_apart():
    assert digests() == {}
    assert digests(PARENTS) == {"a": "a", "b": "b", "uniform": "u"}
    again = BaselinesNamed((Named(UNIFORM, "other"),))
    assert digests(PARENTS, again) == digests(PARENTS), "those of the first cycle"


def test_finalists_are_numbered_and_the_first_is_the_winner():
    found = digests(PARENTS, CHOSEN)
    assert {name: found[name] for name in [*found][3:]} == {
        "winner": "w",
        "finalist 1": "f",
        RANDOM_SEARCH.label: "r",
    }


def test_what_explain_offers_comes_behind_the_finalists():
    small = RankedFinalist("s", 0.5, 0.25)
    offered = WinnerExplained("w", 9, small)
    found = digests(PARENTS, CHOSEN, offered, WinnerExplained("w", 9), offered)
    assert (found["finalist 1"], found["finalist 2"]) == ("f", "s")
    assert "finalist 3" not in found
    assert "finalist 2" not in digests(PARENTS, CHOSEN, WinnerExplained("w", 9, FINALIST))


def test_a_raised_budget_forgets_what_was_chosen_and_no_parent():
    raised = BudgetRaised({"evaluations": 5}, 0.0)
    assert digests(PARENTS, CHOSEN, raised) == digests(PARENTS)


def test_parents_as_they_were_shipped_are_models_of_their_own():
    form = Named(Model(Role.SHIPPED, "/models/a as shipped"), "s")
    assert digests(PARENTS, ShippedNamed((form,)))["a as shipped"] == "s"
