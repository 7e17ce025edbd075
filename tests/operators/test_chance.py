from evomerge.operators.chance import Chance


def test_numbers_follow_from_what_they_are_for():
    first, again, other = Chance(1, "a"), Chance(1, "a"), Chance(1, "b")
    numbers = [first.share() for _ in range(100)]
    assert numbers == [again.share() for _ in range(100)]
    assert numbers != [other.share() for _ in range(100)]
    assert all(0 <= x < 1 for x in numbers)
    assert 0.4 < sum(numbers) / 100 < 0.6


def test_one_of_several_is_picked():
    chance = Chance("pick")
    assert {chance.pick("abc") for _ in range(50)} == {"a", "b", "c"}
    assert {chance.below(2) for _ in range(50)} == {0, 1}
