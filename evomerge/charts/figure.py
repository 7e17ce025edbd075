"""A figure: what is seen in it, how to read it, and the chart itself."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import vl_convert

WIDTH = 720
"""Pixels of a figure on paper; on a page it is as wide as there is room."""
LINE = 110
"""Characters of a line of a title on paper."""
SCALE = 2.0
"""Pixels for each of them in a PNG."""
PAPER_FONT = "Helvetica, Arial, sans-serif"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#8a8f98"
SKY, YELLOW, PINK = "#56B4E9", "#E69F00", "#CC79A7"
"""Colours of Okabe and Ito (2008), which colour-blind readers tell apart."""

PALETTE = [BLUE, ORANGE, GREEN, PINK, YELLOW, SKY, "#000000", GREY]

AnyChart = alt.Chart | alt.LayerChart | alt.FacetChart
Rows = Sequence[Mapping[str, Any]]
ZERO: Rows = ({"at": 0},)
"""Where a line is drawn."""

Format = Literal["png", "svg", "pdf"]


@dataclass(frozen=True)
class Figure:
    """A chart with its words."""

    name: str
    """Names its file, and its place on a page."""
    title: str
    """What is seen, in a sentence."""
    note: str
    """How it is to be read."""
    chart: AnyChart
    """What it draws are data by name."""
    data: Mapping[str, Rows]

    def spec(self) -> dict[str, Any]:
        """Vega-Lite for a page, which has the words beside it."""
        return self._styled(self.chart.properties(width="container"), on_paper=False)

    def drawn(self, what: Format) -> bytes:
        """The figure with its title, for paper."""
        lines = textwrap.wrap(self.title, LINE)
        title = alt.TitleParams(lines, anchor="start", fontSize=13)
        spec = self._styled(self.chart.properties(width=WIDTH, title=title), on_paper=True)
        if what == "svg":
            return vl_convert.vegalite_to_svg(spec).encode()
        if what == "pdf":
            return bytes(vl_convert.vegalite_to_pdf(spec))
        return bytes(vl_convert.vegalite_to_png(spec, scale=SCALE))

    def _styled(self, chart: AnyChart, *, on_paper: bool) -> dict[str, Any]:
        """Vega-Lite with what all figures have in common.

        The rows join it last: altair would look through each of them.
        """
        spec: dict[str, Any] = chart.to_dict(validate=False)  # tests do
        spec["datasets"] = {name: [*rows] for name, rows in self.data.items()}
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
        spec["config"] = {
            "font": PAPER_FONT if on_paper else FONT,
            "background": "white" if on_paper else None,
            "view": {"stroke": None},
            "axis": {
                "labelLimit": 220,
                "titleFontWeight": "normal",
                "gridColor": "#e4e7eb",
                "domainColor": "#b6bcc6",
                "tickColor": "#b6bcc6",
            },
            "legend": {
                "orient": "bottom",
                "labelLimit": 240,
                "columns": 3,
                "title": None,
                "layout": {"bottom": {"anchor": "start", "direction": "vertical"}},
            },
        }
        return spec


def drawn_from(name: str) -> alt.Chart:
    """A chart of the rows that its figure has by a name."""
    return alt.Chart(alt.NamedData(name))
