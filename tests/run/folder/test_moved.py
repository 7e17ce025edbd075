from evomerge.recipe import recipe_from
from evomerge.run.folder.folder import RunFolder
from evomerge.run.folder.moved import named_here


def recipe(*names):
    models = [{"model": name, "parameters": {"weight": 1.0}} for name in names]
    return recipe_from({"merge_method": "linear", "models": models})


def test_what_a_run_has_made_is_named_where_its_folder_is_now(tmp_path):
    folder = RunFolder(tmp_path / "now")
    for made in (folder.elites / "a1", folder.adapters / "cycle-0"):
        made.mkdir(parents=True)
    recorded = ("zoo:base", "/then/elites/a1", "zoo:base+/then/adapters/cycle-0", "/then/models/a1")
    here = named_here(recipe(*recorded), folder)
    assert here.parent_names == (
        "zoo:base",
        str(folder.elites / "a1"),
        f"zoo:base+{folder.adapters / 'cycle-0'}",
        "/then/models/a1",
    )
    assert named_here(here, folder) is here


def test_what_is_gone_and_what_stands_where_it_was_keep_their_names(tmp_path):
    there = tmp_path / "then" / "elites" / "a1"
    there.mkdir(parents=True)
    folder = RunFolder(tmp_path / "now")
    (folder.elites / "a1").mkdir(parents=True)
    known = recipe(str(there), "/then/elites/gone")
    assert named_here(known, folder) is known
