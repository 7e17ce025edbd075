"""How large a report of a long run is, how long it takes to be written, and to be opened.

    python -m benchmarks.reports --trials 10000 --items 5000

A run is made up: genomes near one that moves, scores that follow from them, items that parents and
finalists answer with some hundred characters each. Chromium opens the file without a window, until
the first figures are drawn and the items are listed; that needs selenium.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from evomerge.ledger import (
    UNIFORM,
    Asked,
    BaselinesNamed,
    Cost,
    ItemScore,
    Ledger,
    Model,
    Named,
    Objective,
    Part,
    Place,
    RankedFinalist,
    Role,
    RunBegan,
    SessionBegan,
    State,
    Told,
    Trial,
    WinnerChosen,
    Worded,
)
from evomerge.page.content import content_of
from evomerge.page.report import write_report
from evomerge.recipe import Genome, recipe_from

POPULATION = 20
MODELS = {"base": Role.BASE, "one": Role.PARENT, "two": Role.PARENT, "three": Role.PARENT}
ANSWER = 200
"""Characters of an answer."""


def recipe() -> dict[str, object]:
    """Three parents with four points each."""
    gene = {"gene": {"low": 0.0, "high": 1.5, "points": 4}}
    models = [{"model": name, "parameters": {"weight": gene}} for name in [*MODELS][1:]]
    evolve = {
        "fitness": [{"task": "t", "metric": "exact_match"}],
        "budget": {"evaluations": 10_000},
    }
    return {
        "merge_method": "task_arithmetic",
        "base_model": "base",
        "models": models,
        "evolve": evolve,
    }


def write_run(folder: Path, trials: int, items: int) -> None:
    """A made-up run."""
    chance = random.Random(0)
    genome = Genome(recipe_from(recipe()))
    keys = [("t", f"{n:016x}") for n in range(items)]
    splits = ["search", "validation", "test"]
    listed = tuple((*key, n, splits[n % 3], "") for n, key in enumerate(keys))
    with Ledger(folder, create=True) as ledger:
        ledger.record(RunBegan({"recipe": recipe()}, listed))
        ledger.record(SessionBegan({}, dict.fromkeys(splits, items // 3)))
        named = tuple(Named(Model(role, name), name) for name, role in MODELS.items())
        ledger.record(BaselinesNamed((*named, Named(UNIFORM, "u"))))
        questions = [Worded(*key, words(chance, 40), "42") for key in keys]
        for digest in (*MODELS, "u", "d0", "d1", "d2", "d3"):
            values = [float(chance.random() < 0.5) for _ in keys]
            for split in range(3):
                own = slice(split, None, 3)
                ledger.record_part(
                    answered(chance, digest, splits[split], keys[own], values[own]), questions[own]
                )
        for number in range(trials):
            ledger.record(*candidate(chance, len(genome), number, keys[::3]))
        finalists = tuple(RankedFinalist(f"d{n}", 0.6, 0.5) for n in range(4))
        ledger.record(WinnerChosen("d0", (), finalists=finalists))


def words(chance: random.Random, count: int) -> str:
    """A text of some words."""
    return " ".join("".join(chance.choices("abcdefghij", k=5)) for _ in range(count))


def answered(
    chance: random.Random, digest: str, split: str, keys: list[tuple[str, str]], values: list[float]
) -> Part:
    """A part with answers."""
    scores = [ItemScore(*key, value) for key, value in zip(keys, values, strict=True)]
    answers = {key: [[words(chance, ANSWER // 6), 1, True]] for key in keys}
    return Part(
        digest, split, State.SCORED, "", scores, Cost(0.1, 1.0, 0.1, 9_000), "w", {}, answers
    )


def candidate(
    chance: random.Random, size: int, number: int, keys: list[tuple[str, str]]
) -> Iterator[Asked | Part | Trial | Told]:
    """All that is recorded of a candidate."""
    spread = 0.3 * 0.999 ** (number / POPULATION)
    genome = tuple(min(1.0, max(0.0, chance.gauss(0.6, spread))) for _ in range(size))
    fitness = 0.8 - sum((x - 0.7) ** 2 for x in genome) / size
    digest, place = f"d{number}", Place(0, number // POPULATION, number % POPULATION)
    asked = chance.sample(keys, 100)
    scores = [ItemScore(*key, float(chance.random() < fitness)) for key in asked]
    yield Asked(number, place, genome, digest, "sample")
    yield Part(digest, "search", State.SCORED, "", scores, Cost(0.1, 0.5, 0.1, 900), "w")
    yield Trial(digest, "search", {}, State.SCORED, fitness=fitness, items=100, place=place)
    yield Told(number, (Objective(fitness, 0.02),), 0.0, State.SCORED)


def opened(path: Path) -> float:
    """Seconds until a browser shows the first figure and lists the items."""
    from selenium import webdriver
    from selenium.webdriver.support.ui import WebDriverWait

    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--window-size=1600,1200"):
        options.add_argument(argument)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    with webdriver.Chrome(options=options, service=service) as driver:
        driver.get("about:blank")
        began = time.perf_counter()
        driver.get(path.as_uri())
        ready = "return !!document.querySelector('.chart canvas, #list button')"
        WebDriverWait(driver, 120, 0.02).until(lambda d: d.execute_script(ready))
        listed = "return document.querySelectorAll('#list button').length > 0"
        WebDriverWait(driver, 120, 0.02).until(lambda d: d.execute_script(listed))
        return time.perf_counter() - began


def main() -> None:
    """Make a run, write its report, open it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--keep", type=Path, help="folder for run and report")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = arguments.keep or Path(made)
        folder.mkdir(exist_ok=True)
        if not (folder / "ledger.sqlite").exists():
            write_run(folder, arguments.trials, arguments.items)
        began = time.perf_counter()
        content = content_of(folder)
        read = time.perf_counter()
        write_report(content, folder / "report.html")
        written = time.perf_counter()
        size = (folder / "report.html").stat().st_size
        print(f"{arguments.trials:,} trials, {arguments.items:,} items: {size / 1e6:.1f} MB")
        print(f"read in {read - began:.1f} s, written in {written - read:.1f} s")
        print(f"opened in {sorted(opened(folder / 'report.html') for _ in range(3))[1]:.1f} s")


if __name__ == "__main__":
    main()
