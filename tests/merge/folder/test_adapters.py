from evomerge.merge.folder.adapters import ADAPTERS, HERE, CarriedAdapters
from evomerge.recipe import recipe_from
from evomerge.weights.checkpoint.hub import is_repo_id

PIN = "0" * 64


def recipe(home):
    """A winner that an adapter of its own run and a stage draw on, and a user's adapter."""
    ours, early, theirs = f"org/m@1+{home}/late", f"org/m@1+{home}/early", "org/m@1+/other/lora"
    stage = {"models": [{"model": early}, {"model": theirs}], "pins": {early: PIN, theirs: PIN}}
    return recipe_from(
        {
            "merge_method": "linear",
            "models": [{"model": ours}, {"model": "stage:elite"}],
            "pins": {ours: PIN, "stage:elite": PIN},
            "stages": {"elite": {"merge_method": "linear", **stage}},
        }
    )


def test_those_of_the_run_are_carried_by_names_beside_the_recipe(tmp_path):
    home = tmp_path / ADAPTERS
    carried = CarriedAdapters.of(recipe(home), home)
    named = carried.named_in(recipe(home))
    assert [*named.roots] == [
        "org/m@1+./adapters/early",
        "org/m@1+/other/lora",
        "org/m@1+./adapters/late",
    ]
    assert {*named.pins} == {"org/m@1+./adapters/late", "stage:elite"}
    assert all(pin == PIN for pin in named.roots.values())
    assert carried.files == {
        f"adapters/{name}/{file}": home / name / file
        for name in ("early", "late")
        for file in ("adapter_config.json", "adapter_model.safetensors")
    }
    assert not is_repo_id(f"{HERE}late"), "one that is missing is not looked for on the Hub"


def test_what_lies_elsewhere_keeps_its_name(tmp_path):
    home = tmp_path / ADAPTERS
    for place in (None, tmp_path, home / "late", tmp_path / "other" / ADAPTERS):
        carried = CarriedAdapters.of(recipe(home), place)
        assert (carried.names, carried.files) == ({}, {})
        assert carried.named_in(recipe(home)) == recipe(home)


def test_a_folder_that_is_reached_by_a_link_is_the_same(tmp_path):
    (tmp_path / "run" / ADAPTERS).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "run")
    home = tmp_path / "run" / ADAPTERS
    assert CarriedAdapters.of(recipe(home), tmp_path / "link" / ADAPTERS).files
