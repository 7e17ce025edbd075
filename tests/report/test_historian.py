from evomerge.ledger import (
    Asked,
    Cost,
    ItemScore,
    ItemsMade,
    Objective,
    Part,
    PartAhead,
    Place,
    RunBegan,
    State,
    Told,
    TrainingFailed,
    Trial,
)
from evomerge.report.historian import Historian
from evomerge.report.history import PastInterlude
from tests.report.history import RECIPE, records

HERE = Place(0, 0, 0)
ASKED = Asked(0, HERE, (0.25,), "x", "sample", (7,))
PART = Part("x", "search", State.SCORED, scores=[ItemScore("t", "i", 1.0)], cost=Cost(0.5, 1.0))


def history(*facts):
    """A historian's, record by record; each is a second after the one before."""
    historian = Historian()
    for record in records(facts):
        historian.take(record)
    return historian.history()


def trial(fitness, items, state=State.SCORED, place=HERE):
    return Trial("x", "search", {}, state, fitness=fitness, items=items, place=place)


def test_coordinates_have_the_names_of_their_genes():
    assert history(RunBegan({"recipe": RECIPE})).genes == ("models.0.parameters.weight",)
    assert history(RunBegan({"recipe": {"of": "an earlier version"}})).genes == ()


def test_a_candidate_is_under_way_until_the_search_is_told():
    (candidate,) = history(ASKED).candidates
    assert (candidate.genome, candidate.digest, candidate.origins) == ((0.25,), "x", (7,))
    assert (candidate.asked_s, candidate.told_s, candidate.state) == (1.0, None, None)

    told = Told(0, (Objective(0.5, 0.125),), 0.0, State.SCORED)
    (candidate,) = history(ASKED, PART, trial(0.5, 4), told).candidates
    assert (candidate.told_s, candidate.state) == (4.0, State.SCORED)
    assert (candidate.fitness, candidate.error, candidate.items) == (0.5, 0.125, 4)


def test_what_more_items_say_takes_the_place_of_an_estimate():
    told = Told(0, (Objective(0.5, 0.125),), 0.0, State.PRUNED)
    first, more = trial(0.5, 4, State.PRUNED), trial(0.75, 8)

    for facts in ([first, told, more], [more, first]):
        (candidate,) = history(ASKED, *facts).candidates
        assert (candidate.state, candidate.fitness, candidate.items) == (State.SCORED, 0.75, 8)
        assert candidate.error is None


def test_a_failure_keeps_its_reason():
    told = Told(0, (), 0.0, State.FAILED, "all of it is NaN")
    (candidate,) = history(ASKED, told).candidates

    assert (candidate.state, candidate.reason) == (State.FAILED, "all of it is NaN")
    assert candidate.fitness is None


def test_what_a_session_that_goes_on_asks_again_is_the_same_candidate():
    again = history(ASKED, trial(0.5, 4), ASKED).candidates

    assert [c.fitness for c in again] == [0.5]
    assert again[0].asked_s == 1.0


def test_scores_on_other_splits_and_of_parents_are_no_candidates():
    other = Trial("x", "validation", {}, State.SCORED, fitness=1.0, items=9, place=HERE)
    (candidate,) = history(ASKED, other, trial(0.5, 4, place=None)).candidates

    assert candidate.fitness is None


def test_what_is_done_between_cycles_has_its_time():
    failed = TrainingFailed(0, "no items", Cost(forward_s=1.5))
    found = history(ItemsMade(0, "t", seconds=0.25), failed).interludes
    assert found == (
        PastInterlude("writing items", 1.0, 0.25), PastInterlude("training", 2.0, 1.5)
    )  # fmt: skip
    assert [one.began_s for one in found] == [0.75, 0.5]


def test_a_part_that_was_done_ahead_counts_once():
    ahead = history(PartAhead(PART, "p"), PART, PART).parts

    assert [(part.ended_s, part.items) for part in ahead] == [(1.0, 1), (3.0, 1)]
