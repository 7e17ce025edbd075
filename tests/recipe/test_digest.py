from evomerge.recipe import digest, parse_recipe, recipe_from, run_digest
from evomerge.recipe.names import pin

TEXT = """
merge_method: ties
base_model: b
models: [{model: x, parameters: {weight: 1}}, {model: y, parameters: {weight: 0.5}}]
"""
CONTENT = {"b": "00", "x": "11", "y": "22"}


def variant(old="", new=""):
    return parse_recipe(TEXT.replace(old, new))


def test_names_do_not_matter_and_content_does():
    moved = variant("model: x", "model: /elsewhere/x")
    content = {**CONTENT, "/elsewhere/x": "11"}
    assert digest(moved, content) == digest(variant(), CONTENT)
    assert digest(variant(), {**CONTENT, "x": "33"}) != digest(variant(), CONTENT)


def test_what_changes_weights_changes_the_digest():
    known = digest(variant(), CONTENT)
    assert digest(variant("weight: 0.5", "weight: 0.6"), CONTENT) != known
    assert digest(variant("ties", "linear"), CONTENT) != known
    assert digest(variant("merge_method", "seed: 1\nmerge_method"), CONTENT) != known


def test_what_does_not_change_weights_does_not():
    known = digest(variant(), CONTENT)
    assert digest(variant("weight: 1", "weight: 1.0"), CONTENT) == known
    named = variant("merge_method", "name: it\nmerge_method")
    assert digest(named, CONTENT) == known
    assert run_digest(named, CONTENT) == run_digest(variant(), CONTENT)
    evolve = "evolve: {fitness: [{task: t, metric: m}], budget: {minutes: 1}}\n"
    searched = parse_recipe(TEXT + evolve)
    assert digest(searched, CONTENT) == known
    assert run_digest(searched, CONTENT) != run_digest(variant(), CONTENT)


def test_who_is_told_of_a_search_and_where_it_runs_makes_it_no_other():
    evolve = "evolve: {fitness: [{task: t, metric: m}], budget: {minutes: 1}}\n"
    known = run_digest(parse_recipe(TEXT + evolve), CONTENT)
    for key in ("track: mlflow", "track: [wandb, trackio]", "workers: 3"):
        other = parse_recipe(TEXT + evolve.replace("budget", f"{key}, budget"))
        assert run_digest(other, CONTENT) == known


def test_earlier_winners_count_and_not_where_they_stand():
    found = [run_digest(variant(), CONTENT, winners) for winners in ((), [(0.5,)], [(0.25,)])]
    assert len({*found}) == 3
    assert run_digest(variant(), CONTENT) == found[0]


def test_pinning_renames_and_keeps_hashes():
    names = {"b": "/abs/b", "x": "org/x@abc", "y": "y"}
    pinned = pin(variant(), names, CONTENT)
    assert pinned.parent_names == ("/abs/b", "org/x@abc", "y")
    assert pinned.pins == {"/abs/b": "00", "org/x@abc": "11", "y": "22"}
    again = digest(pinned, pinned.pins)
    assert again == digest(variant(), CONTENT)
    assert recipe_from(pinned.plain()) == pinned
