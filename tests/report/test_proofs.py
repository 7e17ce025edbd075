"""What a run has chosen, tested and released."""

from dataclasses import replace

from evomerge.ledger import RankedFinalist, Split, State, Trial, WinnerChosen, WinnerExplained
from evomerge.report.candidates import Candidates
from evomerge.report.proofs import Proofs
from tests.report.history import CHOICE, ENDED, FINALISTS, HISTORY, PROVED, SEARCHED, VERDICT, made


def proofs(facts):
    candidates = Candidates()
    found = Proofs(candidates)
    for what in facts:
        if hasattr(what, "place"):
            candidates.take(what)
        found.take(what)
    return found


def test_before_anything_is_proved():
    found = proofs(SEARCHED)
    assert (found.winner, found.finalists, found.release) == (None, (), None)
    assert [ending.generations for ending in found.endings] == [2]


def test_finalists_have_their_recipes_and_where_they_came_from():
    found = proofs([*SEARCHED, *PROVED])
    assert (found.winner, found.choice, found.openings, found.opening) == ("x", CHOICE, 1, 2)
    assert [one.ranked for one in found.finalists] == [*FINALISTS]
    assert found.finalists[0].recipe == made(0.25)
    assert found.finalists[0].place.generation == 0
    assert found.release is None


def test_what_explain_offers_is_a_finalist_behind_the_others():
    small = RankedFinalist("s", 0.5, 0.25)
    offered = [WinnerExplained("x", 9, small), WinnerExplained("x", 9, FINALISTS[0])]
    found = proofs([*SEARCHED, *PROVED, *offered])
    assert [one.ranked for one in found.finalists] == [*FINALISTS, small]


def test_a_verdict_is_the_winners_or_a_finalists():
    found = proofs([*SEARCHED, *PROVED, *ENDED[:4]])
    assert found.release.weights_sha256 == "5eed"
    assert found.release.verdict.winner == VERDICT.winner
    assert [again.weights_sha256 for again in found.promoted_again] == ["0dd"]
    assert (found.openings, found.opening, found.earlier) == (2, 3, ())


def test_a_raised_budget_moves_verdicts_to_those_before():
    found = proofs(HISTORY)
    assert (found.winner, found.release, found.promoted_again) == (None, None, ())
    assert [before.weights_sha256 for before in found.earlier] == ["5eed", "0dd"]
    assert found.endings == ()
    assert found.openings == 2, "what was seen of sealed items is not forgotten"


def test_the_elites_that_the_winner_is_made_of_are_known():
    first = {"merge_method": "linear", "models": [{"model": "A"}]}
    winner = {"merge_method": "linear", "models": [{"model": f"/r/elites/{'e' * 16}"}]}
    scored = [
        Trial(digest, Split.VALIDATION, recipe, State.SCORED, fitness=0.5)
        for digest, recipe in (("e" * 64, first), ("w", winner))
    ]
    chosen = next(what for what in PROVED if isinstance(what, WinnerChosen))
    ranked = RankedFinalist("w", 0.5, 0.5)
    found = proofs([*scored, replace(chosen, digest="w", finalists=(ranked,))])
    assert found.finalists[0].elites == {f"/r/elites/{'e' * 16}": first}
