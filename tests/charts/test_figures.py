import pytest

from evomerge.charts.figures import SECTIONS, figures
from evomerge.report.history import RunHistory
from evomerge.report.view import View
from tests.charts.runs import FACTS, read

DRAWN = {section: [*own] for section, own in figures(*read()).items()}
EVERY = [figure for own in DRAWN.values() for figure in own]


def test_every_section_of_a_report_has_a_heading():
    assert [*DRAWN] == [*SECTIONS]


def test_no_two_figures_have_one_name():
    assert len({figure.name for figure in EVERY}) == len(EVERY)


@pytest.mark.parametrize("figure", EVERY, ids=lambda figure: figure.name)
def test_every_figure_is_valid_vega_lite(figure):
    figure.chart.to_dict(validate=True)
    assert figure.title
    assert figure.note
    for name in figure.data:
        assert f'"{name}"' in figure.chart.to_json()


def test_a_run_that_has_done_nothing_has_no_figures():
    assert {
        name: [*own] for name, own in figures(View(revision=(0, False)), RunHistory()).items()
    } == {name: [] for name in SECTIONS}


@pytest.mark.parametrize("end", range(1, len(FACTS)))
def test_at_any_moment_what_is_known_can_be_drawn(end):
    for own in figures(*read(FACTS[:end])).values():
        for figure in own:
            assert figure.spec()["datasets"].keys() == figure.data.keys()
