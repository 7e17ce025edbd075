"""Names for where a search begins are none of folders, and folders are found beside the recipe."""

import pytest

from evomerge.recipe import load_recipe
from evomerge.recipe.start_names import START_NAMES

TEXT = """\
merge_method: linear
models: [{model: zoo:french, parameters: {weight: {gene: {low: 0, high: 1}}}}]
evolve:
  start_from: %s
  fitness: [{task: zoo_french, metric: exact_match}]
  budget: {evaluations: 2}
"""


def starts(folder, said):
    (folder / "recipe.yaml").write_text(TEXT % said)
    return load_recipe(folder / "recipe.yaml").evolve.start_from


@pytest.mark.parametrize("name", START_NAMES)
def test_a_name_stays_even_where_a_folder_is_called_so(name, tmp_path):
    (tmp_path / name).mkdir()
    assert starts(tmp_path, name) == (name,)
    assert starts(tmp_path, f"./{name}") == (str(tmp_path / name),)


def test_a_list_may_have_both(tmp_path):
    (tmp_path / "run").mkdir()
    assert starts(tmp_path, "[similarity, run]") == ("similarity", str(tmp_path / "run"))
