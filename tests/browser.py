"""Chromium without a window, where there is one."""

from __future__ import annotations

import contextlib
import os
import shutil
import time

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")


@contextlib.contextmanager
def browser(width=1600, height=1200):
    """A browser with a window of so many pixels; the test is skipped where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver")
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("there is no Chromium with its driver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "--headless=new",
        "--disable-dev-shm-usage",
        f"--window-size={width},{height}",
    ):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER)) as driver:
        seen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", seen
        )  # a window has a least width
        yield driver


def console_of(driver):
    """What the page said of errors and warnings."""
    return [entry["message"] for entry in driver.get_log("browser")]


def drawn(driver, seconds=60):
    """Each figure of the page, and whether it is drawn once it is seen."""
    found = {}
    end = time.monotonic() + seconds
    for place in driver.find_elements("css selector", ".chart"):
        driver.execute_script("arguments[0].scrollIntoView()", place)
        name = place.get_attribute("data-figure")
        found[name] = False
        while not found[name] and time.monotonic() < end:
            found[name] = driver.execute_script(
                "return !!arguments[0].querySelector('canvas')", place
            )
    return found
