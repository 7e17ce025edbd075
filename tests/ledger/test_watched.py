from dataclasses import replace

from evomerge.ledger import GenerationWatched, RailDecided


def test_what_is_later_has_the_larger_place():
    places = [GenerationWatched(c, g, 4, 0, 4, None).place for c, g in ((0, 1), (0, 12), (1, 0))]
    assert places == sorted(places)
    decided = RailDecided("length", "pause", 0, 12, 3.0, 2.0, "too long")
    assert decided.place == decided.overridden("it is right").place == places[1]


def test_a_decision_is_named_by_all_of_it_and_so_is_what_overrides_it():
    decided = RailDecided("length", "pause", 0, 12, 3, 2, "too long")
    assert decided.name == RailDecided("length", "pause", 0, 12, 3.0, 2.0, "too long").name
    others = [{"rail": "spend"}, {"generation": 11}, {"value": 3.1}, {"sentence": "x"}]
    assert len({replace(decided, **other).name for other in [{}, *others]}) == 5
    assert decided.overridden("yes").decision == decided.name
