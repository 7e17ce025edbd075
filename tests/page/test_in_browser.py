import pytest

from evomerge.page.content import content_of
from evomerge.page.report import write_report
from tests.browser import browser, console_of, drawn
from tests.page.folders import HOSTILE, write_run, write_stopped


@pytest.fixture(scope="module", params=["finished", "stopped"])
def report(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    (write_run if request.param == "finished" else write_stopped)(folder)
    write_report(content_of(folder), folder / "report.html")
    return folder / "report.html"


@pytest.mark.parametrize("width", [400, 1600])
def test_every_figure_is_drawn_and_nothing_is_wider_than_the_window(report, width):
    with browser(width) as driver:
        driver.get(report.as_uri())
        found = drawn(driver)
        assert found
        assert all(found.values()), found
        wide = driver.execute_script("return document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0
        assert console_of(driver) == []


def test_answers_are_read_side_by_side_and_do_nothing(report):
    with browser() as driver:
        driver.get(report.as_uri())
        driver.implicitly_wait(60)
        for button in driver.find_elements("css selector", "#list button"):
            driver.execute_script("arguments[0].click()", button)
        detail = driver.find_element("id", "detail").text
        assert "right answer" in detail
        assert HOSTILE in driver.find_element("id", "detail").get_property("textContent")
        assert driver.title != "taken"
        assert driver.find_elements("css selector", "#page img") == []
        assert console_of(driver) == []


def test_items_are_found_by_what_they_say(report):
    with browser() as driver:
        driver.get(report.as_uri())
        driver.implicitly_wait(60)
        driver.find_element("css selector", "#list button")
        driver.find_element("id", "text").send_keys("img src=x onerror=")
        assert driver.find_element("id", "count").text.startswith("4 of ")
        driver.find_element("id", "text").clear()
        driver.find_element("id", "text").send_keys("no such question")
        assert driver.find_element("id", "count").text.startswith("0 of ")


def test_what_nobody_scrolls_to_is_drawn_too(report):
    selenium_wait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait
    with browser(height=300) as driver:
        driver.get(report.as_uri())
        places = "[...document.querySelectorAll('.chart')]"
        whole = f"return {places}.length && {places}.every((one) => one.querySelector('canvas'))"
        selenium_wait(driver, 60).until(lambda one: one.execute_script(whole))
        assert driver.execute_script("return scrollY") == 0
        assert console_of(driver) == []
