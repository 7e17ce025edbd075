from evomerge.ledger import GenerationWatched, RailDecided, RailOverridden


def test_what_is_later_has_the_larger_place():
    places = [GenerationWatched(c, g, 4, 0, 4, None).place for c, g in ((0, 1), (0, 12), (1, 0))]
    assert places == sorted(places)
    decided = RailDecided("length", "pause", 0, 12, 3.0, 2.0, "too long")
    assert decided.place == RailOverridden("length", 0, 12, "it is right").place == places[1]
