"""The zoo's loop in small: what it is prepared to, and what it asks."""

from functools import cache
from pathlib import Path

from evomerge.device import choose_device
from evomerge.recipe import load_recipe, recipe_from
from evomerge.run.preparation.preflight import prepare
from evomerge.workers.local import LocalWorkers

RECIPE = Path(__file__).parents[3] / "recipes" / "loop.yaml"


def small(**evolve):
    """The recipe that ships, with less of all that takes time."""
    plain = load_recipe(RECIPE).plain()
    for term in plain["evolve"]["fitness"]:
        term.pop("splits", None)
    plain["evolve"]["fitness"][2]["splits"] = {"search": 0, "validation": 0, "test": 30}
    plain["evolve"] |= {
        "splits": {"search": 24, "validation": 16, "test": 30},
        "search": {"population": 4},
        "budget": {"evaluations": 12},
        "elites": 2,
        **evolve,
    }
    for writer in plain["evolve"].get("curriculum", {}).get("writers", ()):
        writer["count"] = 12
    if "training" in plain["evolve"]:
        plain["evolve"]["training"] |= {"steps": 4, "batch": 16, "warmup": 1}
    return recipe_from(plain)


@cache
def prepared():
    """Opened once for all tests that change nothing of it."""
    return prepare(small())


def workers(ready):
    """In this process."""
    return LocalWorkers(choose_device("cpu")).for_parents(ready.parents, ready.tokenizer)


def french(question):
    """A document of the task, as its own are."""
    digits = "zéro un deux trois quatre cinq six sept huit neuf".split()
    one, other = map(int, question.split(" + "))
    answer = " ".join(digits[int(digit)] for digit in str(one + other))
    return {"question": f"{question} in french =", "answer": answer}
