from dataclasses import replace

import pytest

from evomerge.errors import UserError
from evomerge.ledger import Split, TaskMeasure
from evomerge.report.comparing.compared_run import compared_run
from evomerge.report.comparing.shared import shared_items
from tests.report.comparing.runs import WON, YARDSTICK, facts, item, listed, written


@pytest.fixture
def made(tmp_path):
    def run(name, **more):
        return compared_run(written(tmp_path / name, facts(**more)), name)

    return run


def test_sealed_items_that_both_were_asked(made):
    shared = shared_items(made("a"), made("b", test=WON[:5]))
    assert (shared.split, len(shared.keys), shared.tasks) == (Split.TEST, 10, ("t", "u"))
    assert (shared.judged_otherwise, shared.asked_otherwise) == ((), 0)


def test_an_item_that_one_of_the_runs_had_seen_is_no_sealed_item(made):
    seen = tuple(
        (task, name, n, "search" if name == item("t", "test", 0) else split, prompt)
        for task, name, n, split, prompt in listed()
    )
    shared = shared_items(made("a"), made("b", items=seen))
    assert len(shared.keys) == 39
    assert ("t", item("t", "test", 0)) not in shared.keys


def test_without_sealed_items_validation_will_do(made):
    assert shared_items(made("a"), made("b", test=None)).split is Split.VALIDATION


def test_what_is_judged_otherwise_is_left_out_and_what_is_asked_otherwise_is_counted(made):
    tasks = {**YARDSTICK.tasks, "u": TaskMeasure(2.0, "another")}
    other = made("b", yardstick=replace(YARDSTICK, tasks=tasks), items=listed(prompt="other"))
    shared = shared_items(made("a"), other)
    assert (shared.tasks, shared.judged_otherwise, shared.asked_otherwise) == (("t",), ("u",), 20)


def test_runs_that_share_no_items_are_refused(made):
    renamed = replace(YARDSTICK, tasks={"v": TaskMeasure(1.0, "judge")})
    with pytest.raises(UserError, match=r"a and b: .* no sealed or validation .* the same tasks"):
        shared_items(made("a"), made("b", yardstick=renamed))
    judged = replace(YARDSTICK, tasks={name: TaskMeasure(1.0, "x") for name in "tu"})
    with pytest.raises(UserError, match=r"what judges t, u differs"):
        shared_items(made("a2"), made("b2", yardstick=judged))
