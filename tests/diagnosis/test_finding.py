"""Names are told as far as anybody reads them."""

from evomerge.diagnosis.finding import listed


def test_the_first_names_are_listed_and_the_others_counted():
    assert listed([]) == ""
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
