from evomerge.charts.made import made
from tests.charts.runs import rows
from tests.report.test_made import FIRST, viewed


def test_what_became_of_each_writers_documents():
    figure = made(viewed(FIRST))
    counts = {(row["writer"], row["what"]): row["documents"] for row in rows(figure)}
    assert counts["sums", "scored on"] == 1
    assert counts["sums", "for training"] == 4
    assert counts["told", "refused"] == 8
    assert figure.title == "6 of 15 documents that were written became items"
    figure.chart.to_dict()


def test_where_nothing_was_written_there_is_nothing_to_draw():
    assert made(None) is None
