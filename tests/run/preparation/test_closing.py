"""What is checked of a loop before anything starts."""

import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import recipe_from
from evomerge.run.preparation.closing import programs_of
from tests.run.loop.preparing import prepared, small


def changed(**evolve):
    plain = small().plain()
    plain["evolve"] |= evolve
    return recipe_from(plain)


def test_the_programs_of_a_loop_are_read_and_tried_and_none_without_a_loop():
    programs = programs_of(small(), prepared().tasks)
    assert sorted(file.rpartition("/")[2] for file in programs.texts) == ["draw.py", "sums.py"]
    plain = small().plain()
    plain["evolve"].pop("curriculum")
    assert programs_of(recipe_from(plain), prepared().tasks) is None


def test_what_cannot_close_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(RecipeError, match="made items are what they miss; aggregate raw"):
        programs_of(changed(aggregate="range"), prepared().tasks)
    curriculum = small().plain()["evolve"]["curriculum"]
    broken = tmp_path / "broken.py"
    broken.write_text("import sys; sys.exit(3)")
    curriculum["writers"][1]["program"] = str(broken)
    with pytest.raises(RecipeError, match=r"broken\.py"):
        programs_of(changed(curriculum=curriculum), prepared().tasks)
    plain = small().plain()
    plain["base_model"] = None
    plain["merge_method"] = "linear"
    with pytest.raises(RecipeError, match="it names none; say from: MODEL"):
        programs_of(recipe_from({k: v for k, v in plain.items() if v is not None}), ())
