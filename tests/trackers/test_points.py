"""Records made into what trackers are told."""

from evomerge.ledger import BaselinesNamed, CycleJudged, Model, Named, Place, Record, Role, State
from evomerge.report.view import RunState
from evomerge.trackers.points import Points
from tests.report.history import ENDED, PROVED, SEARCHED, VERDICT, records, trial


def points_of(facts):
    found = Points()
    return [point for record in records(facts) for point in found.take(record)], found.end


MODELS = {
    "models/A/search": 0.5,
    "models/B/search": 0.25,
    "models/uniform/search": 0.375,
}


def test_a_generation_is_told_when_the_next_one_begins_or_the_search_ends():
    points, end = points_of(SEARCHED)
    assert [point.step for point in points] == [0, 1]
    assert points[0].values == {
        "search/cycle": 0,
        "search/generation": 0,
        "search/generation_best": 0.75,
        "search/generation_mean": 0.75,
        "search/best": 0.75,
        "evaluations": 2,
        "failed": 1,
        "tokens": 60,
        "active_s": 17.0,
        **MODELS,
    }
    assert points[1].values == {
        **points[0].values,
        "search/generation": 1,
        "search/generation_best": 0.625,
        "search/generation_mean": 0.625,
        "evaluations": 3,
        "active_s": 20.0,
    }
    assert (end.state, end.words) == (RunState.STOPPED, {})


def test_a_candidate_counts_once_as_it_stands_and_those_without_a_score_do_not():
    facts = [
        *SEARCHED[:10],
        trial("x", "search", 0.9, Place(0, 0, 0), State.PRUNED, items=4),
        trial("x", "search", 0.5, Place(0, 0, 0), items=8),
        trial("y", "search", 0.25, Place(0, 0, 1), items=8),
        trial("c", "search", None, Place(0, 0, 2), State.CANCELLED),
        trial("r", "search", 1.0, Place(-1, 0, 0), items=8),
        trial("v", "validation", 1.0, Place(0, 0, 3), items=4),
        trial("n", "search", 0.75, Place(1, 0, 0), items=8),
    ]
    (point,), _ = points_of(facts)
    assert point.values["search/generation_mean"] == 0.375
    assert point.values["search/generation_best"] == 0.5
    assert point.time == 0.0


def test_the_verdict_is_told_in_numbers_and_words():
    points, end = points_of([*SEARCHED, *PROVED, *ENDED[:1]])
    chosen, finished = points[-2:]
    assert chosen.values["validation/best"] == 0.625
    assert "verdict/winner" not in chosen.values
    assert {n: v for n, v in finished.values.items() if n.startswith("verdict/")} == {
        "verdict/winner": 0.75,
        "verdict/best_parent": 0.5,
        "verdict/difference": 0.25,
        "verdict/interval_low": 0.125,
        "verdict/interval_high": 0.375,
        "verdict/p_value": 0.001,
    }
    assert finished.values["models/A/validation"] == 0.5
    assert end.words == {"outcome": VERDICT.outcome, "best_parent": "A"}
    assert end.state is RunState.FINISHED


def test_a_cycle_s_best_finalist_is_told_until_there_is_a_winner():
    judged = CycleJudged(0, 0.4, 0.3, True, 0.1, 0.2, 0.3)
    (point,), _ = points_of([*SEARCHED[:12], judged, trial("w", "search", 0.5, Place(1, 0, 0))])
    assert point.values["validation/best"] == 0.4


def test_models_are_told_apart_by_names_that_every_tracker_takes(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "sesame-open")
    names = ["/m/a b", "/m/a:b", "日本", "x" * 99, "s3://sesame-open@h/m", ""]
    named = BaselinesNamed(
        tuple(Named(Model(Role.PARENT, name), str(n)) for n, name in enumerate(names))
    )
    facts = [SEARCHED[0], named]
    facts += [trial(str(n), "search", 0.5, items=8) for n in range(len(names))]
    facts += [trial("p", "search", 0.5, Place(0, 0, 0)), trial("q", "search", 0.5, Place(0, 1, 0))]
    (point,), _ = points_of(facts)
    told = [name.split("/")[1] for name in point.values if name.startswith("models/")]
    assert len({*told}) == len(names)
    assert told[:3] == ["a-b", "a-b_2", "日本"]
    assert all(
        len(name) <= 64 and set(name) <= {*"-_", *filter(str.isalnum, name)} for name in told
    )
    assert not any("sesame" in name for name in told)


def test_a_record_of_another_kind_is_no_point():
    assert [*Points().take(Record(1, 0.0, 0.0, SEARCHED[0]))] == []
