from itertools import product

from evomerge.merge.masks import mask_key


def test_every_seed_parent_and_tensor_has_a_key_of_its_own():
    named = [*product((0, 1, 2**62), ("a", "b", "a0"), ("x", "y", "0x"))]
    keys = {mask_key(*one) for one in named}
    assert len(keys) == len(named)
    assert all(0 <= key < 2**64 for key in keys)


def test_a_key_is_the_same_everywhere():
    assert mask_key(3, "parent", "tensor") == 0x4EC83AD947C04700
