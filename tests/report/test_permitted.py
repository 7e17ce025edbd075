"""What a run was allowed, as its model card tells it."""

from evomerge.report.permitted import permitted

JUDGED = {"judge": {"url": "https://h:8/v1", "model": "m"}}


def test_only_what_was_used_is_told():
    assert permitted({"evolve": {"fitness": [{"metric": "acc"}]}}, {"allow_python": True}) == ()
    assert permitted({}, {"allow_judges": ["h"]}) == ()


def test_functions_and_folders_are_named_without_where_they_lay():
    recipe = {"evolve": {"fitness": [{"python": "/home/me/own.py:kind"}]}}
    options = {"allow_python": True, "include_paths": ["/home/me/tasks"]}
    functions, tasks = permitted(recipe, options)
    assert functions.endswith("the recipe names: own.py:kind")
    assert tasks.endswith("run code of their own: tasks")


def test_a_judge_is_told_with_the_name_of_its_key():
    recipe = {"evolve": {"fitness": [], "guards": [JUDGED]}}
    (said,) = permitted(recipe, {"allow_judges": ["h"]})
    assert said == "questions and answers were sent to a judge at h:8, without a key"
    (said,) = permitted(recipe, {"allow_judges": ["h=OLD"]}, ["h:8=NEW"])
    assert said.endswith("at h:8, with the key in NEW")


def test_a_model_that_writes_items_elsewhere_is_told():
    recipe = {"evolve": {"curriculum": {"writers": [{"name": "w"}, JUDGED["judge"]]}}}
    (said,) = permitted(recipe, {"allow_judges": ["h:8=KEY"]})
    assert said == (
        "search items were sent to a model that writes items at h:8, with the key in KEY"
    )
