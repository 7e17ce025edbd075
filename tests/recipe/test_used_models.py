from evomerge.recipe.used_models import with_entries, with_unused, without_unused


def test_models_and_sources_of_slices_are_left_out_wherever_they_stand():
    plain = {
        "models": [{"model": "a"}, {"model": "b", "parameters": {"weight": 1}}],
        "modules": {"x": {"models": [{"model": "b"}, {"model": "a"}]}},
        "slices": [{"sources": [{"model": "a"}, {"model": "b"}], "base_model": "a"}],
    }
    assert with_entries(plain, lambda entry: entry["model"] != "a") == {
        "models": [{"model": "b", "parameters": {"weight": 1}}],
        "modules": {"x": {"models": [{"model": "b"}]}},
        "slices": [{"sources": [{"model": "b"}], "base_model": "a"}],
    }


def test_what_a_gene_left_out_is_found_again_at_its_place():
    recipe = {"models": [{"model": "a", "use": {"gene": {}}}, {"model": "b"}, {"model": "c"}]}
    made = {"models": [{"model": "b", "x": 1}, {"model": "c"}, {"model": "elite"}], "k": 1}
    assert with_unused(made, recipe) == {
        "models": [{"model": "a", "use": False}, *made["models"]],
        "k": 1,
    }
    assert with_unused({"slices": []}, {"slices": []}) == {"slices": []}


def test_models_that_are_used_stay_and_the_rest_of_the_recipe_with_them():
    plain = {"dtype": "float32", "models": [{"model": "a", "use": False}, {"model": "b"}]}
    assert without_unused(plain, "z") == {"dtype": "float32", "models": [{"model": "b"}]}
    assert without_unused({"models": [{"model": "a"}]}, "z") == {"models": [{"model": "a"}]}


def test_without_any_the_template_is_left_in_the_type_of_the_recipe():
    plain = {"merge_method": "ties", "dtype": "float32", "models": [{"model": "a", "use": False}]}
    assert without_unused(plain, "z") == {
        "merge_method": "linear",
        "base_model": "z",
        "dtype": "float32",
        "models": [{"model": "z"}],
    }
