import pytest

from evomerge.recipe import Genome, parse_recipe
from evomerge.recipe.depths import depths_of

NUMBER = "{gene: {low: 0, high: 1}}"


def depths(text):
    return depths_of(Genome(parse_recipe(text)))


def test_a_number_for_all_layers_acts_everywhere():
    text = f"merge_method: linear\nmodels: [{{model: a, parameters: {{weight: {NUMBER}}}}}]"
    assert depths(text) == (None,)


def test_points_of_a_gradient_act_at_their_depths():
    gene = "{gene: {low: 0, high: 1, points: 5}}"
    text = f"merge_method: linear\nmodels: [{{model: a, parameters: {{weight: {gene}}}}}]"
    assert depths(text) == (0.0, 0.25, 0.5, 0.75, 1.0)


@pytest.mark.parametrize("count, expected", [(1, (0.5,)), (3, (0.0, 0.5, 1.0))])
def test_genes_of_slices_act_in_their_slices(count, expected):
    source = f"{{model: a, layer_range: [0, 2], parameters: {{weight: {NUMBER}}}}}"
    slices = ", ".join(f"{{sources: [{source}]}}" for _ in range(count))
    assert depths(f"merge_method: linear\nslices: [{slices}]") == expected


def test_layers_of_a_path_act_at_their_own_depth_each_time():
    text = "merge_method: linear\nmodels: [{model: a}]\npath: {gene: {layers: 3, repeats: 2}}"
    assert depths(text) == (0.0, 0.5, 1.0) * 2


def test_scales_of_a_path_act_everywhere():
    path = "{gene: {layers: 3, scale: {low: 0.5, high: 2.0}}}"
    text = f"merge_method: linear\nmodels: [{{model: a}}]\npath: {path}"
    found = depths(text)
    assert found[:3] == (0.0, 0.5, 1.0)
    assert set(found[3:]) == {None}
