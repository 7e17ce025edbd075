from hypothesis import given
from hypothesis import strategies as st

from evomerge.search import Elite, ParetoArchive
from evomerge.search.dominance import front

whole = st.integers(0, 6).map(float)
elites = st.builds(
    lambda number, a, b, violation: Elite(str(number), a + b, violation, goals=(a, b)),
    st.integers(0, 10**6),
    whole,
    whole,
    st.sampled_from([0.0, 0.0, 0.0, 1.0]),
)


@given(st.lists(elites, min_size=1, max_size=20, unique_by=lambda elite: elite.digest))
def test_it_keeps_the_whole_front_of_all_that_came(some):
    archive = ParetoArchive(100)
    for elite in some:
        archive.add(elite)
    expected = {elite.digest for elite in front(some)}
    assert {elite.digest for elite in archive.best()} == expected
    assert {elite.digest for elite in some if elite.digest in archive} == expected


def test_the_best_are_the_fittest_and_then_the_ends():
    archive = ParetoArchive(3)
    for x in range(11):
        fitness = 1.0 - abs(x - 4) / 10
        archive.add(Elite(str(x), fitness, goals=(x / 10, 1 - x / 10)))
    best = [elite.digest for elite in archive.best()]
    assert best[0] == "4"
    assert {*best} == {"0", "4", "10"}


def test_of_equals_the_first_stays_and_violations_go_once_nothing_need_violate():
    archive = ParetoArchive(4)
    archive.add(Elite("far", 9.0, violation=1.0, goals=(9.0, 9.0)))
    assert "far" in archive
    for name in ("a", "b"):
        archive.add(Elite(name, 1.0, goals=(0.5, 0.5)))
    assert [elite.digest for elite in archive.best()] == ["a"]


def test_it_is_empty_at_first():
    assert ParetoArchive(4).best() == []
