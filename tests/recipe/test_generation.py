import pytest
from pydantic import ValidationError

from evomerge.recipe.generation import GenerationSettings


def test_one_string_that_ends_it_is_a_list_of_one():
    assert GenerationSettings(until=".").until == (".",)
    assert GenerationSettings().until == ("\n",)
    assert GenerationSettings(until=[]).until == ()


@pytest.mark.parametrize("keys", [{"until": [""]}, {"max_gen_toks": 0}, {"top_p": 0}])
def test_what_would_say_nothing_is_refused(keys):
    with pytest.raises(ValidationError):
        GenerationSettings(**keys)
