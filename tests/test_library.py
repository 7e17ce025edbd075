"""The library as users import it: what is exported, and the examples in the docs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import evomerge

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "library.md"
HEAVY = ("torch", "transformers", "ray", "lm_eval", "cma")


def test_the_exported_names():
    assert sorted(evomerge.__all__) == [
        "Checked",
        "DraftRequest",
        "Drafted",
        "Explanation",
        "Permissions",
        "Recipe",
        "Run",
        "Search",
        "Verdict",
        "Verification",
        "__version__",
        "check",
        "evolve",
        "explain",
        "init",
        "load_recipe",
        "merge",
        "promote_finalist",
        "resume",
        "status",
        "verify",
    ]
    for name in evomerge.__all__:
        assert getattr(evomerge, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'evolv'"):
        _ = evomerge.evolv


def test_importing_it_loads_nothing_heavy():
    code = f"import sys, evomerge; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_merge_is_the_function_and_the_room(tmp_path):
    from evomerge.merge import merging
    from evomerge.merge.making import bank

    assert callable(evomerge.merge)
    assert evomerge.merge.making.bank is bank
    assert evomerge.merge.merging is merging


def examples():
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [pytest.param(block, id=f"example {n}") for n, block in enumerate(blocks, 1)]


@pytest.mark.parametrize("code", examples())
def test_the_examples_run(tmp_path, monkeypatch, code, capsys):
    """As they stand there, but for the budget."""
    recipes = ROOT / "recipes"
    text = (recipes / "quickstart.yaml").read_text()
    (tmp_path / "recipes").mkdir()
    small = text.replace("population: 12", "population: 4")
    small = small.replace("evaluations: 240", "evaluations: 4")
    assert small != text
    (tmp_path / "recipes" / "quickstart.yaml").write_text(small)
    monkeypatch.chdir(tmp_path)
    assert len(code.splitlines()) <= 10
    exec(compile(code, str(PAGE), "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out


def test_the_reference_has_all_that_is_exported():
    named = re.findall(
        r"^::: evomerge\.(?:\w+\.)*(\w+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(named) == sorted({*evomerge.__all__} - {"__version__"})


def test_the_examples_cover_the_library():
    text = PAGE.read_text(encoding="utf-8")
    for name in ("load_recipe", "merge", "evolve", "Search"):
        assert f"evomerge.{name}(" in text
