"""Shares of questions by their number."""

import pytest

from evomerge.drafting.division import MOST_SEALED, MOST_SEEN, splits_for
from evomerge.recipe import Splits


@pytest.mark.parametrize("counts", [[20], [399], [100, 299]])
def test_of_few_questions_half_are_sealed(counts):
    splits, why = splits_for(counts)
    assert splits == Splits(search=0.3, validation=0.2, test=0.5)
    assert f"of {sum(counts)} questions half are sealed" in why


def test_otherwise_they_are_those_of_every_recipe():
    assert splits_for([400, 400])[0] == Splits()
    assert splits_for([1000])[0] == Splits()


@pytest.mark.parametrize("counts", [[1001], [14_000], [3, 10**7]])
def test_of_many_only_so_many_are_asked(counts):
    splits, why = splits_for(counts)
    total = sum(counts)
    assert splits.search * total == pytest.approx(MOST_SEEN, abs=0.0001 * total)
    assert splits.validation * total <= max(MOST_SEEN * 1.1, 0.0001 * total)
    assert splits.test * total <= max(MOST_SEALED * 1.1, 0.0001 * total)
    assert f"{total} questions are many" in why
