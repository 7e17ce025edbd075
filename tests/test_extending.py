"""docs/extending.md is done as it stands there, in a copy of evomerge that lacks what it adds."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from evomerge.recipe import load_recipe
from evomerge.zoo import zoo_folder
from tests.merge.methods.test_magmax import reference

ROOT = Path(__file__).parents[1]
FILES = dict(
    re.findall(
        r"^```\w+ (\S+)\n(.*?)^```$",
        (ROOT / "docs" / "extending.md").read_text("utf-8"),
        re.M | re.S,
    )
)
"""The files that the document shows, by their paths."""
KEPT = [path for path in FILES if (ROOT / path).exists()]
"""Those that became a part of evomerge."""
PARTS = "evomerge", "tests", "scripts", "docs", "setup.cfg"
DOCS = "docs/methods.md", "docs/algorithms.md"
LISTED = """
import json
from evomerge.engine.registry import ENGINES
from evomerge.merge.methods import METHODS
from evomerge.search.algorithms import ALGORITHMS
print(json.dumps([[*METHODS], [*ALGORITHMS], [*ENGINES]]))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A checkout before anything was added."""
    folder = tmp_path_factory.mktemp("checkout")
    ignore = shutil.ignore_patterns("__pycache__")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=ignore)
        else:
            shutil.copy(ROOT / part, folder / part)
    for path in KEPT:
        (folder / path).unlink()
    return folder


def python(folder, *arguments):
    """What Python prints, run in a checkout."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def before(copy):
    """What is registered, and what the docs say, before anything was added."""
    python(copy, "-m", "scripts.docs")
    return json.loads(python(copy, "-c", LISTED)), [(copy / doc).read_text("utf-8") for doc in DOCS]


@pytest.fixture(scope="module")
def extended(copy, before):
    """The checkout with every file of the document, and no other change."""
    for path, text in FILES.items():
        assert not (copy / path).exists()
        (copy / path).write_text(text, encoding="utf-8")
    return copy


def test_what_was_kept_stands_there_as_it_is():
    assert len(KEPT) == 3
    for path in KEPT:
        assert FILES[path] == (ROOT / path).read_text("utf-8"), path


def test_each_file_is_registered_and_in_the_docs(before, extended):
    listed, docs = before
    now = json.loads(python(extended, "-c", LISTED))
    added = [{*after} - {*earlier} for earlier, after in zip(listed, now, strict=True)]
    assert added == [{"magmax"}, {"snes"}, {"one-by-one"}]
    python(extended, "-m", "scripts.docs")
    for doc, earlier, name in zip(DOCS, docs, ("magmax", "snes"), strict=True):
        text = (extended / doc).read_text("utf-8")
        assert text == (ROOT / doc).read_text("utf-8")
        (row,) = {*text.splitlines()} - {*earlier.splitlines()}
        assert row.startswith(f"| `{name}` |")


def test_the_conformance_tests_take_them(extended):
    suites = "tests/engine/test_protocol.py", "tests/search/test_conformance.py"
    chosen = "-k", "one-by-one or snes", "-p", "no:cacheprovider", "-rA"
    said = python(extended, "-m", "pytest", *suites, *chosen)
    assert "test_what_was_written_stays_as_long_as_the_architecture_does[one-by-one]" in said
    assert "test_those_that_learn_find_the_peak_and_chance_does_not[snes]" in said


def test_a_run_with_all_of_them_ends_in_the_right_values(extended):
    assert python(extended, "compare.py") == "the same winner: True\n"
    winner = extended / "runs" / "slow" / "winner"
    recipe = load_recipe(winner / "recipe.yaml")
    assert recipe.merge_method == "magmax"
    weight = [entry.parameters["weight"] for entry in recipe.models]
    base, *thetas = (
        load_file(zoo_folder(name) / "model.safetensors")
        for name in ("zoo:base", *(entry.model for entry in recipe.models))
    )
    made = load_file(winner / "model.safetensors")
    assert made.keys() == base.keys()
    for name in ("model.norm.weight", "model.layers.2.self_attn.q_proj.weight"):
        theta = [model[name].astype(np.float64) for model in thetas]
        expected = reference(theta, base[name].astype(np.float64), weight, 1.0)
        np.testing.assert_allclose(made[name], expected, atol=1e-6)
