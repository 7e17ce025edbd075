"""Records made into a view: what stands in it, and that it does not matter when one looks."""

from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger import (
    CycleEnded,
    Place,
    RailDecided,
    RunFailed,
    RunStopped,
    SessionBegan,
    State,
)
from evomerge.recipe import Budget
from evomerge.report.phase import Phase
from evomerge.report.reading import Reading, read
from evomerge.report.view import Revision, RunState, SplitScores, View
from tests.report.history import (
    CHOICE,
    ENDED,
    FLAG,
    HISTORY,
    PROVED,
    SEARCHED,
    VERDICT,
    made,
    records,
)


def viewed(facts):
    reading = Reading()
    for record in records(facts):
        reading.take(record)
    return reading.view(is_running=False)


def test_nothing_is_known_before_the_first_record():
    assert viewed([]) == View(Revision(0, False), trials=dict.fromkeys(State, 0))


def test_a_search_that_has_ended():
    view = viewed(SEARCHED)
    assert view.revision == Revision(len(SEARCHED), False)
    assert (view.state, view.phase) == (RunState.STOPPED, Phase.LAST_RACE)
    assert view.budget == Budget(evaluations=3)
    assert view.items == {"search": 8, "validation": 4, "test": 12}
    assert [(m.name, m.digest, m.scores.search, m.was_asked) for m in view.models] == [
        ("A", "a", 0.5, True),
        ("B", "b", 0.25, True),
        ("uniform", "u", 0.375, True),
    ]
    assert (view.generation, view.cycle, view.evaluations) == (1, 0, 3)
    assert view.trials == {
        State.SCORED: 2,
        State.FAILED: 1,
        State.PRUNED: 0,
        State.CANCELLED: 0,
    }
    assert (view.best.digest, view.best.fitness, view.best.items) == ("x", 0.75, 8)
    assert (view.leader_digest, view.leader) == ("x", SplitScores(0.75))
    assert view.cautions == ("t: few items",)
    assert view.endings[0].generations == 2
    assert {what: cost.tokens for what, cost in view.spending.items()} == {
        "parents": 30,
        "search": 30,
    }
    assert view.cost.forward_s == 6.0
    assert (view.winner, view.release, view.finalists) == (None, None, ())


def test_a_winner_with_what_it_is_made_of():
    view = viewed([*SEARCHED, *PROVED])
    assert (view.winner, view.phase, view.opening) == ("x", Phase.TEST, 2)
    assert view.leader == SplitScores(0.75, 0.625, 0.75)
    assert view.choice == CHOICE
    first, second = view.finalists
    assert (first.ranked.flags, first.place, first.recipe) == ((FLAG,), Place(0, 0, 0), made(0.25))
    assert second.place == Place(0, 1, 2)
    assert {what: cost.tokens for what, cost in view.spending.items()} == {
        "parents": 30,
        "search": 30,
        "random search": 10,
        "validation": 10,
        "test": 10,
    }
    assert view.evaluations == 3, "random search is none of the search"


def test_verdicts_stand_until_the_budget_is_raised():
    finished = viewed([*SEARCHED, *PROVED, *ENDED[:4]])
    assert finished.state is RunState.FINISHED
    assert (finished.release.verdict, finished.release.weights_sha256) == (VERDICT, "5eed")
    assert [again.weights_sha256 for again in finished.promoted_again] == ["0dd"]
    assert finished.openings == 2
    extended = viewed(HISTORY)
    assert (extended.state, extended.release, extended.winner) == (RunState.STOPPED, None, None)
    assert [before.weights_sha256 for before in extended.earlier] == ["5eed", "0dd"]
    assert (extended.endings, extended.finalists, extended.promoted_again) == ((), (), ())
    assert extended.budget == Budget(evaluations=5)
    assert extended.searched_s == extended.active_s - 7.0


def test_of_a_cycle_that_ended_twice_the_last_end_counts():
    ended = [CycleEnded(0, 3, 1), CycleEnded(1, 1, 1), CycleEnded(0, 4, 1)]
    assert [(e.cycle, e.generations) for e in viewed(ended).endings] == [(0, 4), (1, 1)]


@given(st.permutations(HISTORY), st.sets(st.integers(0, len(HISTORY))))
def test_a_view_does_not_depend_on_when_one_looked(facts, looks):
    """Whatever the order of what happened, and wherever the sequence is cut."""
    reading, whole = Reading(), records(facts)
    for number, record in enumerate(whole):
        if number in looks:
            assert reading.view(is_running=True) == read(whole[:number])
        reading.take(record)
    assert reading.view(is_running=True) == read(whole)


def test_a_view_that_was_given_out_does_not_change():
    reading, views = Reading(), []
    for record in records(HISTORY):
        reading.take(record)
        views.append(reading.view(is_running=False))
    assert views == [viewed(HISTORY[:n]) for n in range(1, len(HISTORY) + 1)]


def test_where_rails_have_ended_it_and_who_let_it_go_on():
    halted = [*SEARCHED, RailDecided("length", "pause", 0, 1, 3.0, 2.0, "t: long")]
    (halt,) = viewed(halted).halts
    assert (halt.rail, halt.generation, halt.sentence, halt.holds) == ("length", 1, "t: long", True)
    (after,) = viewed([*halted, halted[-1].overridden("as wanted")]).halts
    assert after.reason == "as wanted"


def test_why_it_stopped_holds_until_it_goes_on():
    facts = [SessionBegan(), RunStopped("interrupted")]
    assert read(records(facts)).why == "interrupted"
    assert read(records([*facts, SessionBegan()])).why == ""
    assert (
        read(records([*facts, SessionBegan(), RunFailed("ValueError: 1")])).why == "ValueError: 1"
    )


def test_what_a_rail_says_is_not_said_twice():
    halt = RailDecided("spend", "pause", 0, 1, 2.0, 1.0, "too much")
    stopped = [halt, RunStopped("the rail spend paused the run")]
    assert read(records(stopped)).why == ""
