from evomerge.merge.folder.recipe_file import pinned, to_yaml
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent


def test_a_recipe_is_written_so_that_it_reads_as_it_was():
    text = """
merge_method: linear
models:
  - {model: a, parameters: {weight: [{filter: größe, value: [0, 1e-7]}, 0.25]}}
  - {model: b, parameters: {weight: 0.1}}
"""
    recipe = parse_recipe(text)
    assert parse_recipe(to_yaml(recipe)) == recipe
    assert "größe" in to_yaml(recipe)


def test_parents_are_pinned_by_what_they_hold(make_model):
    a, b = make_model("a", 0), make_model("b", 1)
    recipe = parse_recipe(f"merge_method: linear\nmodels: [{{model: {a}}}, {{model: {b}}}]")
    parents = {name: open_parent(name) for name in (a, b)}
    final = pinned(recipe, parents)
    names = [parents[name].pinned for name in (a, b)]
    assert [entry.model for entry in final.models] == names
    assert final.pins == {parents[n].pinned: parents[n].content_hash for n in (a, b)}
