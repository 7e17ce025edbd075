from evomerge.errors import Stopped
from evomerge.ledger import WorkersTimed, WorkerTime
from evomerge.run.folder.folder import RunFolder
from evomerge.run.timing import Timing
from evomerge.workers.schedule import Rules, Schedule


def test_the_time_is_that_of_the_ledgers_session(tmp_path):
    with RunFolder(tmp_path / "run") as folder:
        timing = Timing(folder)
        assert timing.facts == ()
        timing.meter.follow(Schedule(Rules(3), workers=0))
        timing.meter.report(at_once=True)
        (found,) = folder.ledger.all_of(WorkersTimed)
        assert found.workers == 3
        assert 0 < found.wall_s <= folder.ledger.active_s
        assert found.time == WorkerTime(starting_s=3 * found.wall_s)
        (more,) = timing.facts
        assert more.wall_s > found.wall_s
    with RunFolder(tmp_path / "run") as folder:
        again = Timing(folder)
        again.meter.follow(Schedule(Rules(3), workers=0))
        assert folder.began_s > 0
        assert again.facts[0].wall_s <= folder.ledger.active_s - folder.began_s


def test_what_cannot_be_written_stops_nothing_by_itself(tmp_path, monkeypatch):
    with RunFolder(tmp_path / "run") as folder:
        timing = Timing(folder)
        timing.meter.follow(Schedule(Rules()))

        tried = []

        def full(*what):
            tried.append(what)
            raise Stopped("a disk is full")

        monkeypatch.setattr(folder.ledger, "record", full)
        timing.meter.report(at_once=True)
        assert tried
