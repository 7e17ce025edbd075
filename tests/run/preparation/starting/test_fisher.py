"""Weights by information: its share, tensor by tensor."""

import pytest
import torch

from evomerge.cores import Cores
from evomerge.merge.calibration.calibration import Calibration
from evomerge.merge.parents import open_parents
from evomerge.merge.plan.plan import make_plan
from evomerge.recipe import Genome, parse_recipe, recipe_from
from evomerge.run.preparation.starting.starting import starts_of

CPU = torch.device("cpu")
NORM = "model.norm.weight"
TEXT = """\
merge_method: task_arithmetic
base_model: zoo:base
models:
  - model: zoo:arithmetic
    parameters:
      weight: [{{filter: model.norm, value: {{gene: {{low: 0, high: 2}}}}}}, {{value: 0.5}}]
  - model: zoo:french
    parameters:
      weight: [{{filter: model.norm, value: {{gene: {{low: 0, high: 2}}}}}}, {{value: 0.5}}]
calibration: {{texts: {}}}
evolve:
  start_from: fisher
  fitness: [{{task: zoo_arithmetic, metric: exact_match}}]
  budget: {{evaluations: 2}}
"""


@pytest.fixture
def recipe(tmp_path):
    texts = tmp_path / "texts.txt"
    texts.write_text("71 + 35 in digits = 106\n67 in french = six sept\n")
    return parse_recipe(TEXT.format(texts))


def test_a_gene_of_one_tensor_is_the_parents_share_of_its_information(recipe):
    parents = open_parents(recipe)
    (vector,) = starts_of(recipe, parents, CPU)
    plain = {**Genome(recipe).decode(vector).plain(), "merge_method": "fisher"}
    merged = recipe_from(plain)
    with Cores(1) as cores:
        known = Calibration(parents, CPU).statistics(merged, make_plan(merged, parents), cores)
    traces = [known[name][NORM].double().sum().item() for name in ("zoo:arithmetic", "zoo:french")]
    assert min(traces) > 0
    expected = [trace / sum(traces) for trace in traces]
    assert Genome(recipe).values(vector) == pytest.approx(expected, abs=2e-4)
    assert abs(expected[0] - 0.5) > 0.01, "they differ"
