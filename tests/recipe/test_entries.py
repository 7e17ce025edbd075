from evomerge.recipe.entries import with_entries


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
