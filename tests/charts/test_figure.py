import json

import pytest

from evomerge.charts.figure import Figure, drawn_from

ROWS = ({"x": 1, "y": 2.5}, {"x": 2, "y": 0.5})
FIGURE = Figure(
    "one",
    "A <b>title</b> & more",
    "note",
    drawn_from("rows").mark_point().encode(x="x:Q"),
    {"rows": ROWS},
)


def test_a_page_gets_vega_lite_with_the_rows_and_as_wide_as_there_is_room():
    spec = FIGURE.spec()

    assert spec["width"] == "container"
    assert spec["datasets"] == {"rows": [*ROWS]}
    assert spec["data"] == {"name": "rows"}
    assert "title" not in spec
    assert json.loads(json.dumps(spec)) == spec


@pytest.mark.parametrize(
    ("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF")]
)
def test_on_paper_a_figure_has_its_title(kind, begins):
    drawn = FIGURE.drawn(kind)

    assert drawn.startswith(begins)
    if kind == "svg":
        assert b"A &lt;b&gt;title&lt;/b&gt; &amp; more" in drawn
