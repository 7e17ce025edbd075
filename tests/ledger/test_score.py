from evomerge.ledger import ItemScore


def test_an_item_is_named_by_its_task_and_its_id():
    score = ItemScore("t", "i1", 0.25)
    assert score.key == ("t", "i1")
    assert score.weight == 1.0
    assert score == ("t", "i1", 0.25, 1.0)  # a tuple: a run makes millions of them
