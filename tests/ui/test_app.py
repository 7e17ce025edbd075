import json
from urllib.parse import quote

import pytest

from tests.page.folders import HOSTILE, write_run, write_stopped
from tests.report.comparing.runs import LOST, WON, facts, written
from tests.ui.serving import answer, serving


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for name, write in (("finished", write_run), ("a b/st<op>ped", write_stopped)):
        (folder / name).mkdir(parents=True)
        write(folder / name)
    return folder


@pytest.fixture(scope="module")
def address(folder):
    with serving(folder) as address:
        yield address


def test_all_runs_are_listed_and_can_be_reached(address):
    status, headers, text = answer(address)

    assert status == 200
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "a b/st&lt;op&gt;ped" in text
    assert answer(f"{address}run/{quote('a b/st<op>ped')}")[0] == 200


def test_a_runs_page_shows_no_text_of_others_as_markup(address):
    status, _, text = answer(f"{address}run/finished")

    assert status == 200
    assert HOSTILE not in text
    assert "promoted, 1 flagged: 0.750 against 0.500" in text


def test_figures_and_items_are_data(address):
    data = json.loads(answer(f"{address}data/finished")[2])
    items = json.loads(answer(f"{address}items/finished")[2])

    assert "forest" in data["figures"]
    assert 'data-figure="forest"' in data["body"]
    assert len(items["items"]) == 5


@pytest.mark.parametrize(
    "path",
    ["run/absent", "run/..%2f..%2fetc", "data/absent", "events/absent", "static/secret", "x"],
)
def test_what_is_not_there_is_not_found(address, path):
    assert answer(f"{address}{path}")[0] == 404


@pytest.mark.parametrize("name", ["vega.js", "page.js", "live.js", "list.js", "page.css"])
def test_scripts_and_styles_are_the_pages_own(address, name):
    status, headers, text = answer(f"{address}static/{name}")
    assert status == 200
    assert headers["content-type"].split(";")[0] in ("text/javascript", "text/css")
    assert len(text) > 500


def test_runs_are_compared(tmp_path):
    for name, scores in (("a", WON), ("<b>", LOST)):
        written(tmp_path / name, facts(test=scores))
    with serving(tmp_path) as address:
        status, _, text = answer(f"{address}compare?run=a&run={quote('<b>')}")
        assert status == 200
        assert "The winner of &lt;b&gt; less that of a, on sealed items" in text
        assert answer(f"{address}compare?run=a")[0] == 400
        assert answer(f"{address}compare?run=a&run=absent")[0] == 404
        assert '<input type="checkbox" name="run" value="&lt;b&gt;"' in answer(address)[2]
