import pytest


@pytest.fixture
def names(make_model):
    """Three tiny models, by the letters that recipes here have for them."""
    return {"A": make_model("a", 1), "B": make_model("b", 2), "C": make_model("c", 3)}
