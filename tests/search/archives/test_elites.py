from evomerge.search import Archive, Elite


def test_it_keeps_the_best_each_once_and_of_equals_the_first():
    archive = Archive(3)
    for digest, fitness in [("a", 1), ("b", 3), ("b", 9), ("c", 2), ("d", 2), ("e", 0), ("f", 3)]:
        archive.add(Elite(digest, fitness))
    assert [elite.digest for elite in archive.best()] == ["b", "f", "c"]


def test_floors_and_races_come_before_fitness():
    archive = Archive(2)
    low, cut, fair = Elite("low", 9.0, 0.1), Elite("cut", 5.0, cut=True), Elite("fair", 0.1)
    for elite in (low, cut, fair):
        archive.add(elite)
    assert archive.best() == [fair, cut]
