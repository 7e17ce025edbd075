import pytest
from pydantic import ValidationError

from evomerge.recipe.address import Addressed


def test_a_key_is_named_and_never_given():
    assert Addressed(url="https://h/v1", key_env="K").key_env == "K"
    with pytest.raises(ValidationError, match="no key belongs in a recipe"):
        Addressed(url="https://h/v1", key_env="sk-1")
    with pytest.raises(ValidationError, match="key_env goes with a url"):
        Addressed(key_env="K")
