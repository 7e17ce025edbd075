"""Weights are linear in their genes, and genes are found for weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.merge.parents import open_parents
from evomerge.merge.plan.plan import make_plan
from evomerge.recipe import Genome, parse_recipe
from evomerge.run.preparation.starting.influence import Influence
from tests.tiny import tiny_tensors, write_model

TEXT = """\
merge_method: task_arithmetic
base_model: {0}/base
models:
  - model: {0}/a
    parameters:
      weight:
        - {{filter: mlp, value: {{gene: {{low: -1, high: 2, points: 3}}}}}}
        - {{gene: {{low: 0.1, high: 2, scale: log}}}}
  - model: {0}/b
    parameters: {{weight: {{gene: {{low: 0, high: 1}}}}}}
  - {{model: {0}/c, parameters: {{weight: {{gene: {{choice: [0.5, 1.0]}}}}}}}}
"""


@pytest.fixture(scope="module")
def merged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for seed, name in enumerate(("base", "a", "b", "c")):
        write_model(folder / name, tiny_tensors(seed))
    recipe = parse_recipe(TEXT.format(folder))
    return Genome(recipe), open_parents(recipe)


@settings(deadline=None, max_examples=20)
@given(coordinates=st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_weights_follow_from_the_genes_as_it_says(merged, coordinates):
    genome, parents = merged
    influence = Influence(genome, parents)
    assert len(influence.coordinates) == 5
    vector = [*coordinates, genome.start[-1]]
    recipe = genome.decode(vector)
    values = [float(v) for part in genome.values(vector)[:-1] for v in np.atleast_1d(part)]
    plan = {op.name: op.settings["weight"] for op in make_plan(recipe, parents).operations}
    weighings = influence.weighings()
    assert {w.operation.name for w in weighings} == {*plan}
    for weighing in weighings:
        found = weighing.a @ np.array(values) + weighing.constant
        assert found == pytest.approx(plan[weighing.operation.name], abs=1e-9)


@settings(deadline=None, max_examples=20)
@given(coordinates=st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_the_genes_that_weights_come_from_are_found_again(merged, coordinates):
    genome, parents = merged
    influence = Influence(genome, parents)
    wanted = genome.snap([*coordinates, genome.start[-1]])
    values = np.array([float(v) for p in genome.values(wanted)[:-1] for v in np.atleast_1d(p)])

    def terms():
        for weighing in influence.weighings():
            weights = weighing.a @ values + weighing.constant
            yield weighing, np.eye(3), weights

    found = genome.values(influence.nearest(terms()))[:-1]
    again = [float(v) for part in found for v in np.atleast_1d(part)]
    assert again == pytest.approx(values, abs=2e-4)


def test_what_lies_beyond_a_range_is_at_its_end(merged):
    genome, parents = merged
    influence = Influence(genome, parents)
    found = influence.nearest((w, np.eye(3), np.full(3, 9.0)) for w in influence.weighings())
    assert [gene.high for _, gene in genome.genes[:3]] == [
        np.max(value) for value in genome.values(found)[:3]
    ]
