import pytest

from evomerge.ledger import Ledger
from tests.browser import browser, console_of, drawn
from tests.page.folders import add_candidate, write_run, write_stopped
from tests.ui.serving import answer, serving

WITHIN = 60
"""Seconds in which a page must have caught up, on a machine that does much else."""


def candidates(driver):
    return driver.execute_script("return document.querySelector('.facts dd').textContent")


def test_a_run_is_watched_while_it_goes_on_and_after_the_server_has_gone(tmp_path):
    selenium_wait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait
    write_stopped(tmp_path)
    with browser() as driver:
        wait = selenium_wait(driver, WITHIN)
        with serving(tmp_path) as address, Ledger(tmp_path, create=True) as ledger:
            answer(address)
            driver.get(address)
            driver.find_element("link text", tmp_path.name).click()
            wait.until(lambda d: candidates(d) == "2 (1 failed)")
            wait.until(lambda d: d.find_elements("css selector", "#list button"))
            found = drawn(driver)
            assert found
            assert all(found.values()), found
            driver.switch_to.new_window("tab")
            driver.get(f"{address}run/{tmp_path.name}")
            for number in range(2, 6):
                add_candidate(ledger, number)
            for tab in driver.window_handles:
                driver.switch_to.window(tab)
                wait.until(lambda d: candidates(d) == "6 (1 failed)")
                wait.until(lambda d: "went from 0.750" in d.find_element("id", "course").text)
                assert console_of(driver) == []
        wait.until(lambda d: "the run goes on without it" in d.find_element("id", "live").text)
        with Ledger(tmp_path, create=True) as ledger:
            add_candidate(ledger, 6)


def test_what_models_wrote_does_nothing(tmp_path):
    write_run(tmp_path)
    with browser(400) as driver, serving(tmp_path) as address:
        answer(address)
        driver.get(f"{address}run/{tmp_path.name}")
        driver.implicitly_wait(WITHIN)
        for button in driver.find_elements("css selector", "#list button"):
            driver.execute_script("arguments[0].click()", button)
        assert "onerror" in driver.find_element("id", "detail").get_property("textContent")
        assert driver.find_elements("css selector", "#page img") == []
        assert "taken" not in driver.title
        assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        assert console_of(driver) == []
