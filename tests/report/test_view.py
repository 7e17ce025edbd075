"""What a view says of itself."""

from evomerge.ledger import UNIFORM, Cost, Model, Place, Role, State
from evomerge.report.first_scores import FirstScores
from evomerge.report.view import (
    Revision,
    SplitScores,
    View,
    ViewedCandidate,
    ViewedModel,
)


def model(role, name):
    scores = SplitScores(0.5, None, 0.25)
    return ViewedModel(Model(role, name), name, name, scores, FirstScores(2))


VIEW = View(
    Revision(3, True),
    models=(
        model(Role.BASE, "base"),
        model(Role.PARENT, "a"),
        ViewedModel(UNIFORM, "u", "u", SplitScores()),
    ),
    trials={State.SCORED: 3, State.PRUNED: 2, State.FAILED: 1, State.CANCELLED: 4},
    best=ViewedCandidate("b", Place(0, 1, 2), State.PRUNED, 8, 0.5, 0.0),
    spending={"search": Cost(1.0, 2.0, 0.5, 10), "test": Cost(0.5, 0.0, 0.0, 5)},
)


def test_candidates_that_were_cancelled_have_not_ended():
    assert VIEW.evaluations == 6


def test_costs_are_added_up():
    assert VIEW.cost == Cost(1.5, 2.0, 0.5, 15)
    assert View(Revision(0, False)).cost == Cost()


def test_parents_and_their_average_are_told_apart():
    assert [one.name for one in VIEW.parents] == ["base", "a"]
    assert VIEW.uniform.digest == "u"
    assert [one.was_asked for one in VIEW.models] == [True, True, False]
    assert View(Revision(0, False)).uniform is None


def test_the_best_leads_until_there_is_a_winner():
    assert VIEW.leader_digest == "b"
    assert View(Revision(3, True), winner="w", best=VIEW.best).leader_digest == "w"
    assert View(Revision(0, False)).leader_digest is None


def test_scores_stand_in_the_order_of_the_splits():
    assert VIEW.models[0].scores.each == (0.5, None, 0.25)
    assert VIEW.best.cut
    assert VIEW.revision != Revision(3, False)
