from hypothesis import given
from hypothesis import strategies as st

from evomerge.recipe.names import rename, short_names


def test_names_lose_the_folders_they_are_in():
    names = ["/m/smollm2/base", "/m/smollm2/base+/m/smollm2/spanish", "org/model@main", "zoo:base"]
    assert list(short_names(names).values()) == [
        "base",
        "base+spanish",
        "org/model@main",
        "zoo:base",
    ]


def test_but_for_as_many_as_tell_them_apart():
    assert short_names(["/a/x/final", "/a/y/final"]) == {
        "/a/x/final": "x/final",
        "/a/y/final": "y/final",
    }
    assert short_names(["org/m+./adapters/late", "org/m"]) == {
        "org/m+./adapters/late": "org/m+late",
        "org/m": "org/m",
    }
    assert short_names(["/final", "final"]) == {"/final": "/final", "final": "final"}


@given(
    st.sets(
        st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map("/".join).map("/{}".format)
    )
)
def test_they_are_always_told_apart(names):
    assert len(set(short_names(names).values())) == len(names)


def test_models_that_a_curriculum_asks_are_renamed_and_its_texts_are_not():
    writers = [
        {"chain": [{"ask": "a", "prompt": "a"}], "document": {"q": "a"}},
        {"model": "a", "name": "a"},
    ]
    plain = {"writers": writers, "verifiers": [{"judge": "a", "rubric": "a"}, {"of": ["a", "b"]}]}
    renamed = rename(plain, {"a": "A"})
    assert renamed["writers"][0] == {
        "chain": [{"ask": "A", "prompt": "a"}],
        "document": {"q": "a"},
    }
    assert renamed["writers"][1] == {"model": "A", "name": "a"}
    assert renamed["verifiers"] == [{"judge": "A", "rubric": "a"}, {"of": ["A", "b"]}]
