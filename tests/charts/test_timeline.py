import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.charts.timeline import BARS, timeline
from evomerge.ledger import Cost, State
from evomerge.report.history import PastInterlude, PastPart, RunHistory
from evomerge.report.view import View
from tests.charts.runs import rows


def part(ended_s, took_s, worker="w", state=State.SCORED):
    return PastPart(ended_s, "d", "search", state, "", worker, Cost(forward_s=took_s), 3)


def view(active_s=10.0):
    return View(revision=(1, False), active_s=active_s)


def test_each_part_is_a_bar_of_its_worker():
    parts = (part(4.0, 1.5), part(6.0, 1.0, "v", State.FAILED))

    figure = timeline(view(), RunHistory(parts=parts))

    assert rows(figure) == [
        {"worker": "w", "from": 2.5, "to": 4.0, "what": "search", "items": 3},
        {"worker": "v", "from": 5.0, "to": 6.0, "what": "failed", "items": 3},
    ]
    assert figure.title == "The 2 workers were at work for 12% of 10 s"


@given(st.lists(st.floats(0.01, 0.9), min_size=1, max_size=20))
def test_shares_of_many_parts_add_up_to_their_time(lengths):
    ends = [n % 100 + 1.0 for n in range(BARS + 1)]
    parts = tuple(part(end, lengths[n % len(lengths)] / 100) for n, end in enumerate(ends))

    found = rows(timeline(view(100.0), RunHistory(parts=parts)))

    busy = sum(row["share"] * (row["to"] - row["from"]) for row in found)
    assert busy == pytest.approx(sum(p.cost.wall_s for p in parts), rel=0.05, abs=0.5)
    assert all(0 <= row["share"] <= 1 for row in found)


def test_what_is_done_between_cycles_is_work_of_the_only_worker():
    history = RunHistory(parts=(part(2.0, 1.0),), interludes=(PastInterlude("training", 8.0, 5.0),))
    figure = timeline(view(), history)

    assert rows(figure)[1] == {
        "worker": "w", "from": 3.0, "to": 8.0, "what": "training", "items": 0
    }  # fmt: skip
    assert figure.title == "The worker was at work for 60% of 10 s"


def test_of_several_workers_it_is_not_known_who_did_it():
    history = RunHistory(
        parts=(part(2.0, 1.0), part(3.0, 1.0, "v")),
        interludes=(PastInterlude("writing items", 8.0, 5.0),),
    )
    figure = timeline(view(), history)
    assert [row["worker"] for row in rows(figure)] == ["w", "v", "between cycles"]
    assert figure.title == "The 2 workers were at work for 35% of 10 s"


def test_a_run_without_parts_has_no_timeline():
    assert timeline(view(), RunHistory()) is None
