"""What a terminal shows of a run that goes on, in terminals of all kinds."""

import io

import pytest
from rich.cells import cell_len

from evomerge.cli.console import PrintableConsole
from evomerge.cli.live import drawn
from evomerge.cli.standing import Standing
from evomerge.cli.story import Story
from evomerge.ledger import BaselinesNamed, Model, Named, Role
from evomerge.report.reading import read
from tests.report.history import HISTORY, PROVED, SEARCHED, records

NAMES = ("models/a-name-that-is-longer-than-any-column", "日本語の模型<script>", "zoo:b\x1b[2J\nx")


def shown(facts, width, **options):
    """The lines that are drawn of a run in a terminal."""
    story = Story(Standing(lambda: 0.0))
    for end in (1, len(facts)):
        story.tell(read(records(facts[:end])))
    out = io.StringIO()
    PrintableConsole(file=out, width=width, highlight=False, **options).print(
        drawn(story, "checking")
    )
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 60, 200])
@pytest.mark.parametrize("facts", [SEARCHED[:6], SEARCHED[:-1], [*SEARCHED, *PROVED], HISTORY])
def test_nothing_is_longer_than_a_line_and_no_number_is_cut(facts, width):
    lines = shown(facts, width)
    assert max(map(cell_len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    assert "…" not in text
    view = read(records(facts))
    for word in (view.phase.value, "search", "validation", "test", "A", "B", "uniform"):
        assert word in text
    scores = [score for model in view.models for score in model.scores.each if score is not None]
    assert all(f"{score:.3f}" in text for score in scores)


def test_a_bar_shows_how_much_of_the_budget_is_spent():
    lines = [line.strip() for line in shown(HISTORY, 40)]
    bar = lines[lines.index("4 of 5 candidates (1 failed)") - 1]
    assert bar.endswith(" 80%")
    assert bar.count("━") == round(0.8 * 35)
    assert not any("━" in line for line in shown([*SEARCHED, *PROVED], 40)), (
        "proving has no measure"
    )


def test_names_of_others_are_text_and_are_broken_where_they_are_long():
    named = BaselinesNamed(
        tuple(Named(Model(Role.PARENT, name), str(n)) for n, name in enumerate(NAMES))
    )
    lines = shown([SEARCHED[0], named, SEARCHED[1]], 40)
    assert max(map(cell_len, lines)) <= 40
    text = "".join("".join(lines).split())
    assert "\x1b" not in text
    assert "longer-than-any-column" in text
    assert "日本語の模型<script>" in text


def test_no_color_means_none():
    colored = "\n".join(shown(HISTORY, 40, force_terminal=True, color_system="truecolor"))
    assert "\x1b[38;" in colored
    plain = "\n".join(shown(HISTORY, 40, force_terminal=True, no_color=True))
    assert "\x1b[38;" not in plain
    assert "\x1b[3" not in plain.replace("\x1b[3m", "")


def test_before_anything_is_known_it_says_what_is_done():
    assert shown([], 40) == ["checking …"]
