from evomerge.charts.parallel import LINES, parallel
from tests.charts.runs import history_of, rows


def test_the_best_are_drawn_and_a_sample_of_the_others():
    past = history_of(3 * LINES, sum)

    figure = parallel(past.searched, {0: "first", 2: "last"}, [2, 0])

    drawn = {row["candidate"] for row in rows(figure)}
    best = sorted(past.searched, key=lambda c: -c.fitness)[:LINES]
    assert {c.number for c in best} <= drawn
    assert len(drawn) == 2 * LINES
    assert {(r["gene"], r["at"]) for r in rows(figure) if r["candidate"] == best[0].number} == {
        ("first", best[0].genome[0]),
        ("last", best[0].genome[2]),
    }
