from evomerge.page.vega import vega_script


def test_the_script_can_stand_in_html_and_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    vega_script.cache_clear()
    first = vega_script()
    (kept,) = (tmp_path / "evomerge").iterdir()
    assert kept.read_text("utf-8") == first
    assert "</script" not in first
    assert "window.vegaEmbed" in first

    kept.write_text("half of")
    vega_script.cache_clear()
    assert vega_script() == first
    vega_script.cache_clear()
