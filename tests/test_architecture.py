"""What holds for the whole project: tests beside their modules, short files, one word a class."""

import ast
from collections import Counter
from pathlib import Path

import pytest

import evomerge

SOURCE = Path(evomerge.__file__).parent
TESTS = Path(__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}

LONGEST_FILE, LONGEST_FUNCTION = 250, 40
"""Lines, of functions with signature and docstring."""
LONG_FUNCTIONS = 6
"""So many may be longer: those that users call, with every argument explained."""


def name_of(file):
    """Its path in the package, as it is imported."""
    parts = file.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_module_has_its_test_beside_it():
    modules = (file.relative_to(SOURCE) for file in FILES if file.name != "__init__.py")
    missing = [m for m in modules if not (TESTS / m.parent / f"test_{m.name}").is_file()]
    assert missing == []


def test_files_can_be_read_at_one_sitting():
    lines = {name_of(file): len(file.read_text().splitlines()) for file in FILES}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


def test_functions_can_be_seen_whole():
    functions = (
        (f"{name_of(file)}.{node.name}", node.end_lineno - node.lineno + 1)
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    long = {name: count for name, count in functions if count > LONGEST_FUNCTION}
    assert len(long) <= LONG_FUNCTIONS, long


def test_no_two_classes_share_a_name():
    nodes = (node for tree in TREES.values() for node in ast.walk(tree))
    counts = Counter(node.name.lstrip("_") for node in nodes if isinstance(node, ast.ClassDef))
    assert [name for name, count in counts.items() if count > 1] == []


def imports_of(tree, names):
    """The modules that one imports, also for its types alone, or inside of a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in names:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in names else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)


def test_no_imports_go_round_in_a_circle():
    names = {name_of(file) for file in FILES}
    left = {name_of(file): set(imports_of(tree, names)) for file, tree in TREES.items()}
    # The package's own file names the homes of what it exports, for type checkers.
    left["evomerge"] = set()
    while free := {name for name, imported in left.items() if not imported & left.keys()}:
        left = {name: imported for name, imported in left.items() if name not in free}
    assert left == {}


@pytest.mark.parametrize("room", ["score", "run"])
def test_a_rooms_own_files_are_few(room):
    assert len([*(SOURCE / room).glob("*.py")]) <= 15
