import sys
from dataclasses import dataclass

import pytest

from evomerge.kinds import kinds_in


@dataclass(frozen=True)
class Tool:
    name: str


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Writes a package of these files, and returns its name."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(**files):
        (tmp_path / "shed").mkdir()
        for path, text in {"__init__": "", **files}.items():
            file = tmp_path / "shed" / f"{path.replace('__in__', '/')}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"from {__name__} import Tool\n{text}")
        return "shed"

    yield write
    for name in [name for name in sys.modules if name.partition(".")[0] == "shed"]:
        del sys.modules[name]


def test_each_file_counts_in_the_order_of_names(package):
    shed = package(
        b="SAW = Tool('saw')\nAWL = Tool('awl')",
        a="from shed.b import AWL\nRASP = Tool('rasp')",
        c="helper = 1",
        inside__in____init__="from shed.inside.deep import SHOWN",
        inside__in__deep="SHOWN, HIDDEN = Tool('shown'), Tool('hidden')",
    )
    assert [*kinds_in(shed, Tool).items()] == [
        (name, Tool(name)) for name in ("awl", "rasp", "saw", "shown")
    ]


def test_two_of_one_name_are_refused(package):
    shed = package(a="SAW = Tool('saw')", b="OTHER = Tool('saw')")
    with pytest.raises(RuntimeError, match="shed: two are called 'saw'"):
        kinds_in(shed, Tool)
