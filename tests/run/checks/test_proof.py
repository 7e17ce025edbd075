"""What sealed items can prove, told before anything is done."""

from dataclasses import replace

import pytest

from evomerge.ledger import Registry
from evomerge.recipe import Floor
from evomerge.run.checks.proof import proof_notes
from evomerge.score.benchmark import Benchmark
from evomerge.score.proof.scale import BINARY, Scale
from tests.run.fakes import prepared


def notes(count=60, registry=None, **change):
    ready = prepared(count=count)
    term = replace(ready.benchmark.terms[0], **{"scale": BINARY, **change})
    made = replace(ready, benchmark=Benchmark([term]))
    return proof_notes(made, registry or Registry(None))


def test_what_so_many_items_can_show():
    (told,) = notes()
    assert told.startswith("proof: ")
    assert "60" in told
    assert notes(600) != [told]


@pytest.mark.parametrize(
    "margin, kept", [(0.5, "can be shown to be kept"), (0.01, "may not be shown")]
)
def test_whether_a_margin_can_be_shown(margin, kept):
    (line,) = [x for x in notes(floor=Floor(margin=margin)) if x.startswith("floor of t")]
    assert f"a margin of {margin:g} {kept} by an equal model; 60 test items show" in line


def test_a_wide_range_hides_gains():
    (line,) = [x for x in notes(scale=Scale(0.0, 100.0)) if x.startswith("range of t")]
    assert "its items score between 0 and 100, so gains under" in line


def test_groups_and_cautions_of_tasks_are_told():
    told = notes(kin={"passage": 7}, cautions=("t: few items",))
    assert "groups: 7 items of t hang together with others (they share a long passage)" in told
    assert told[-1] == "caution: t: few items"


def test_who_has_looked_before_lowers_the_level(tmp_path):
    registry = Registry(tmp_path / "openings.jsonl")
    registry.note_scores("h", "zoo:a", ["test000", "test001"])
    (line,) = [x for x in notes(registry=registry) if x.startswith("caution: 2 of the sealed")]
    assert "(zoo:a); tests of another opening are at level" in line
