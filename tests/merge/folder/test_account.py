from evomerge.merge.folder.account import NO_ACCOUNT, Account


def test_a_merge_that_was_not_searched_for_has_nothing_to_tell():
    assert Account() == NO_ACCOUNT
    assert NO_ACCOUNT.sections == ""
    assert not NO_ACCOUNT.images
