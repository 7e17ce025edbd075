import pytest
from pydantic import ValidationError

from evomerge.errors import RecipeError
from evomerge.recipe import Placement, parse_recipe, run_digest

TEXT = """\
merge_method: linear
models: [{model: a, parameters: {weight: {gene: {low: 0, high: 1}}}}, {model: b}]
evolve:
  fitness: [{task: t, metric: acc}]
  budget: {evaluations: 5}
"""


def test_a_number_is_how_many():
    assert Placement.model_validate(4) == Placement(count=4)
    assert Placement.model_validate(4).said == {"count": 4}


@pytest.mark.parametrize(
    "said, bytes_", [("8GB", 2**33), ("1.5 gb", 3 * 2**29), (4096, 4096), ("64 MB", 2**26)]
)
def test_memory_is_read_in_bytes(said, bytes_):
    assert Placement(memory=said).memory == bytes_


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 0},
        {"count": True},
        {"gpus": 1.5},
        {"gpus": 0},
        {"cpus": 0},
        {"memory": "many GB"},
        {"memory": "8 apples"},
        {"memory": "GB"},
        {"memory": "1e400GB"},
        {"resources": {"tpu": 0}},
        {"limit_s": 0},
        {"ray": ""},
        {"workers": 3},
        "4",
        True,
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValidationError):
        Placement.model_validate(wrong)


@pytest.mark.parametrize("gpus", [0.25, 1, 4])
def test_a_worker_has_a_share_of_a_gpu_or_several(gpus):
    assert Placement(gpus=gpus).gpus == gpus


def test_one_worker_that_needs_nothing_is_this_process():
    assert Placement().in_process
    assert Placement(limit_s=3.0).in_process
    for other in ({"count": 2}, {"ray": "auto"}, {"cpus": 1}, {"labels": {"zone": "a"}}):
        assert not Placement.model_validate(other).in_process


def test_where_a_run_is_done_is_no_part_of_what_it_is():
    content = {"a": "1", "b": "2"}
    plain = parse_recipe(TEXT)
    placed = parse_recipe(f"{TEXT}  workers: {{count: 4, gpus: 0.5}}\n")
    assert placed.evolve.workers == Placement(count=4, gpus=0.5)
    assert run_digest(plain, content) == run_digest(placed, content)


def test_a_wrong_key_is_told_with_its_line():
    with pytest.raises(RecipeError, match=r"line 6|:6: .*workers"):
        parse_recipe(f"{TEXT}  workers: {{gpu: 1}}\n")
