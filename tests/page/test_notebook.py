from dataclasses import replace
from html.parser import HTMLParser

from evomerge.page.notebook import in_html, run_in_html
from tests.page.folders import HOSTILE, write_run
from tests.report.history import VERDICT


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.cells = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append(tag)

    def handle_data(self, data):
        self.cells.append(data)


def test_the_sentence_the_models_and_the_tasks_are_shown():
    shown = Tags(in_html(VERDICT, "runs/a/winner"))
    assert shown.cells[0].startswith("promoted, 1 flagged: 0.750 against 0.500 of the best parent")
    assert shown.found.count("table") == 2
    rows = shown.cells[shown.cells.index("uniform") :][:4]
    assert rows == ["uniform", "0.375", "+0.375", "+0.250 to +0.500"]
    assert "flag: t: half of the answers are cut" in shown.cells
    assert shown.cells[-1] == "runs/a/winner"


def test_a_winner_that_is_refused_is_shown_with_the_reason():
    refused = replace(VERDICT, reasons=("not better",), comparisons={}, best=None, scores={
        "winner": VERDICT.scores["winner"]
    })  # fmt: skip
    shown = Tags(in_html(refused, "runs/a/winner"))
    assert shown.cells[0] == "refused, 1 flagged: nothing can be proved"
    assert "refused: not better" in shown.cells


def test_texts_of_others_stay_texts():
    evil = "<script>alert(1)</script>\u202e"
    scores = {evil if name == "A" else name: one for name, one in VERDICT.scores.items()}
    against = {evil if name == "A" else name: one for name, one in VERDICT.comparisons.items()}
    verdict = replace(VERDICT, scores=scores, comparisons=against, best=evil, reasons=(evil,))
    shown = Tags(in_html(verdict, evil))
    assert "script" not in shown.found
    assert evil in shown.cells


def test_a_run_is_shown_with_its_charts(tmp_path):
    html = run_in_html(write_run(tmp_path), VERDICT, tmp_path / "winner")
    shown = Tags(html)
    assert shown.found.count("img") >= 5
    assert HOSTILE not in html
    assert html.count("data:image/svg+xml;base64,") == shown.found.count("img")


def test_a_run_whose_folder_is_gone_still_shows_its_verdict(tmp_path):
    shown = Tags(run_in_html(tmp_path / "gone", VERDICT, tmp_path / "gone" / "winner"))
    assert "img" not in shown.found
    assert shown.found.count("table") == 2
