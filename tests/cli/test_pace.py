from evomerge.cli.pace import Pace, duration


def test_what_is_left_follows_from_what_was_done_since_it_began():
    now = [100.0]
    pace = Pace(lambda: now[0])
    assert pace.left(0.5) == ""
    pace.begin(0.2)
    assert pace.left(0.2) == "", "nothing was done yet"
    now[0] += 30.0
    assert pace.left(0.4) == "about 90 s left"
    assert pace.left(1.0) == ""
    now[0] += 3570.0
    assert pace.left(0.6) == "about 60 min left"


def test_times_have_units_of_their_size():
    times = {0.4: "0 s", 119.0: "119 s", 121.0: "2 min", 7300.0: "2 h", 180000.0: "2 days"}
    assert {seconds: duration(seconds) for seconds in times} == times
