from evomerge.curriculum.counted import counted, counted_share, shuffled


def test_chance_follows_from_what_it_is_for_and_never_changes():
    assert counted(0, "a", 1) == counted(0, "a", 1) == 2681008763345603114
    assert len({counted(0, "a", n) for n in range(1000)}) == 1000
    assert counted("a", "bc") != counted("ab", "c")
    assert counted(1) != counted("1")


def test_shares_are_even():
    shares = [counted_share("s", n) for n in range(4000)]
    assert 0 <= min(shares) < max(shares) < 1
    assert abs(sum(shares) / 4000 - 0.5) < 0.02


def test_an_order_is_of_the_ids_alone():
    ids = [f"i{n}" for n in range(20)]
    one = shuffled(ids, 3, "x")
    assert sorted(one) == sorted(ids)
    assert shuffled([*ids[::-1], "i3"], 3, "x") == one
    assert shuffled(ids, 4, "x") != one
