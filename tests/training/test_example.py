from evomerge.training.example import Example, data_sha256, distinct

ONE, OTHER = Example("2 + 2 =", " 4"), Example((3, 4), " 5", "program")


def test_neither_order_nor_origin_names_a_set_of_examples():
    again = Example("2 + 2 =", " 4", "model")
    assert data_sha256([ONE, OTHER]) == data_sha256([OTHER, again, ONE])
    assert data_sha256([ONE]) != data_sha256([OTHER])
    assert data_sha256([ONE]) != data_sha256([Example("2 + 2 =", "4")])


def test_equal_examples_count_once_whoever_is_asked_first():
    again = Example("2 + 2 =", " 4", "chain")
    assert distinct([ONE, again, OTHER]) == distinct([OTHER, again, ONE])
    assert again in distinct([ONE, again])
    assert len(distinct([ONE, again, OTHER])) == 2
