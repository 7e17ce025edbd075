"""The metric of a task that a user names."""

import pytest

from evomerge.drafting.metric import metric_of
from evomerge.errors import UserError
from evomerge.permissions import NOTHING, Permissions
from evomerge.zoo import TASKS


@pytest.mark.parametrize(
    ("task", "metric"), [("zoo_largest", "acc"), ("zoo_arithmetic", "exact_match")]
)
def test_it_is_the_one_that_says_right_or_wrong(task, metric):
    assert metric_of(task, NOTHING) == (task, metric)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("gsm8k=exact_match,flexible-extract", ("gsm8k", "exact_match,flexible-extract")),
        ("a=b/c.yaml=acc", ("a=b/c.yaml", "acc")),
    ],
)
def test_or_the_one_that_is_said(asked, found):
    assert metric_of(asked, NOTHING) == found


def test_what_must_be_said_is_asked_for(tmp_path):
    text = (TASKS / "arithmetic.yaml").read_text()
    file = tmp_path / "odd.yaml"
    file.write_text(text.replace("arithmetic.jsonl", str(TASKS / "arithmetic.jsonl")))
    assert metric_of(str(file), Permissions(folder=tmp_path)) == (str(file), "exact_match")
    several = (
        file.read_text()
        .replace("name: stripped", "name: a")
        .replace("metric_list:", "  - {name: b, filter: [{function: take_first}]}\nmetric_list:")
    )
    file.write_text(several)
    with pytest.raises(UserError, match=r"several ways; say metric: .*; .* --task TASK=METRIC"):
        metric_of(str(file), NOTHING)
    file.write_text(text.replace("metric: exact_match", "metric: bleu"))
    with pytest.raises(UserError, match=r"odd.yaml: .*"):
        metric_of(str(file), NOTHING)
    with pytest.raises(UserError, match=r"--task .*none.yaml: no such file$"):
        metric_of(str(tmp_path / "none.yaml"), NOTHING)
