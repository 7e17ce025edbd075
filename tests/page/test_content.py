from evomerge.ledger import Ledger, RailDecided, RunStopped
from evomerge.page.content import content_of
from evomerge.report.view import RunState
from tests.page.folders import write_run, write_stopped


def test_a_finished_run_has_its_verdict_figures_and_tables(tmp_path):
    content = content_of(write_run(tmp_path))

    assert content.name == tmp_path.name
    assert content.headline.startswith(
        "promoted, 1 flagged: 0.750 against 0.500 of the best parent"
    )
    assert content.facts["candidates"] == "3 (1 failed)"
    assert content.facts["sealed items opened"] == "once"
    assert {figure.name for figure in content.figures["verdict"]} == {
        "forest",
        "forest_by_task",
        "gains",
    }
    (table,) = content.tables["verdict"]
    assert table.rows[1] == ("A", "0.500", "+0.250 (+0.125 to +0.375)", "0.500")
    assert ("t", "0", "1", "1") in content.tables["items"][0].rows
    assert any("winner's curse" in remark for remark in content.remarks)


def test_a_stopped_run_says_how_far_it_is(tmp_path):
    content = content_of(write_stopped(tmp_path))

    assert content.state is RunState.STOPPED
    assert (
        content.headline
        == "stopped: searching, 2 of 3 candidates; the best has 0.750 on 8 search items"
    )
    assert content.figures["verdict"] == []
    assert content.tables["verdict"] == []
    assert "cost of a point gained" not in content.facts


def test_what_a_point_costs_is_workers_time_for_each_hundredth(tmp_path):
    content = content_of(write_run(tmp_path))
    assert content.facts["cost of a point gained"].endswith("worker seconds")


def test_where_a_rail_has_ended_it_is_a_remark(tmp_path):
    folder = write_stopped(tmp_path)
    with Ledger(folder, create=True) as ledger:
        ledger.record(RailDecided("length", "pause", 0, 1, 3.0, 2.0, "<script>t</script>: long"))
    assert content_of(folder).remarks[0] == (
        "the rail length paused the run after generation 1 of cycle 0: <script>t</script>: long"
    ), "as text: the page makes it no element"


def test_why_it_stopped_is_a_remark(tmp_path):
    folder = write_stopped(tmp_path)
    with Ledger(folder, create=True) as ledger:
        ledger.record(RunStopped("a disk is full"))
    assert content_of(folder).remarks[0] == "stopped: a disk is full"
