import base64
import hashlib
import html
import json
import re
import zlib
from dataclasses import replace

import pytest

from evomerge.ledger import Ledger
from evomerge.page.content import content_of
from evomerge.page.report import packed, report_html, write_figures, write_report
from tests.page.folders import HOSTILE, write_run
from tests.report.test_made import FIRST


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    return content_of(write_run(tmp_path_factory.mktemp("run")))


@pytest.fixture(scope="module")
def page(content):
    return report_html(content)


def test_no_text_of_others_becomes_markup(page):
    assert HOSTILE not in page
    assert page.count("<script") == page.count("</script") == 3  # the data, Vega, the page's own


def test_only_scripts_that_are_known_run(page):
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = {base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts}
    policy = html.unescape(re.search(r'Policy" content="([^"]*)"', page)[1])

    assert set(re.findall(r"sha256-([^']+)'", policy)) == hashes
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert policy.startswith("default-src 'none'")


def test_nothing_is_loaded_from_anywhere(page):
    own = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", own)
    assert "@import" not in own
    assert "url(" not in own


def test_figures_and_items_are_packed_into_the_page(page, content):
    text = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1]
    data = json.loads(zlib.decompress(base64.b64decode(text)))

    names = {figure.name for own in content.figures.values() for figure in own}
    assert set(data["figures"]) == names
    assert set(re.findall(r'data-figure="([^"]+)"', page)) == names
    assert len(data["items"]["items"]) == len(content.solved.items)


def test_what_is_packed_is_plain_letters():
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", packed({"a": HOSTILE}))


def test_a_report_that_cannot_be_written_leaves_the_old_one(content, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    path.with_name(".report.html.part").mkdir()

    with pytest.raises(OSError, match="part"):
        write_report(content, path)

    assert path.read_text() == "old"


def test_each_figure_is_a_file(content, tmp_path):
    written = write_figures(content, tmp_path / "new" / "figures")

    assert {path.stem for path in written} == {
        f.name for own in content.figures.values() for f in own
    }
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)


def test_what_the_population_wrote_is_shown_as_text(tmp_path):
    item = replace(FIRST.items[0], question=HOSTILE, solution=HOSTILE, document={"q": HOSTILE})
    refusals = (replace(FIRST.refusals[0], reason=HOSTILE, writer=HOSTILE),)
    with Ledger(write_run(tmp_path), create=True) as ledger:
        ledger.record(
            replace(FIRST, items=(item,), refusals=refusals, drawn={HOSTILE: 1, "sums": 1})
        )
    page = report_html(content_of(tmp_path))
    assert HOSTILE not in page
    assert "Items that the population wrote" in page
    assert html.escape(HOSTILE).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
