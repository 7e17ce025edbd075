"""What several licences come to. The laws are tried on all of the table, in sets of up to four."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.licences.combining import combine
from evomerge.licences.naming import licence_of
from evomerge.licences.table import LICENCES

ANY = st.sampled_from([*LICENCES, "house-rules", "other-rules"])
SETS = st.lists(ANY, max_size=4)


def combined(*names):
    return combine(licence_of(name) for name in names)


def held(*names):
    return [one.id for one in combined(*names).binding]


@given(SETS, st.randoms(use_true_random=False))
def test_neither_order_nor_number_counts(names, chance):
    mixed = [*names, *names[:2]]
    chance.shuffle(mixed)
    assert combined(*mixed) == combined(*names)


@given(SETS, ANY)
def test_one_more_parent_never_loosens(names, one_more):
    before, after = combined(*names), combined(*names, one_more)
    assert {*before.clashes} <= {*after.clashes}
    assert {*before.notices} <= {*after.notices}
    assert after.non_commercial >= before.non_commercial
    assert after.model_name.startswith(before.model_name)
    if after.binding:
        assert {*before.licences} <= {*after.licences}
        restrictions = [one.non_commercial for one in after.binding]
        assert any(restrictions) == after.non_commercial


@given(SETS)
def test_what_holds_is_one_of_them_and_keeps_what_each_demands(names):
    found = combined(*names)
    assert {*found.binding} <= {*found.licences}
    assert bool(found.binding) == bool(names and not found.clashes)
    for one in found.licences if found.binding else ():
        if one.is_passed_on:
            assert one in found.binding or any(b.id in one.becomes for b in found.binding)


@pytest.mark.parametrize(
    "names, holds",
    [
        ([], []),
        (["mit", "apache-2.0", "cc0-1.0"], ["apache-2.0"]),
        (["apache-2.0", "cc-by-nc-4.0"], ["cc-by-nc-4.0"]),
        (["apache-2.0", "gpl-3.0"], ["gpl-3.0"]),
        (["cc-by-sa-4.0", "gpl-3.0"], ["gpl-3.0"]),
        (["cc-by-sa-3.0", "cc-by-sa-4.0", "mit"], ["cc-by-sa-4.0"]),
        (["cc-by-nc-4.0", "cc-by-nc-sa-4.0"], ["cc-by-nc-sa-4.0"]),
        (["llama3.1", "apache-2.0"], ["llama3.1"]),
        (["llama3.1", "cc-by-nc-4.0"], ["llama3.1", "cc-by-nc-4.0"]),
        (["mrl", "cc-by-nc-4.0"], ["mrl"]),
        (["house-rules", "mit"], ["house-rules"]),
    ],
)
def test_the_strictest_holds(names, holds):
    assert held(*names) == holds
    assert combined(*names).clashes == ()


@pytest.mark.parametrize(
    "names, why",
    [
        (["llama3.1", "gemma"], "given on under it"),
        (["llama3", "llama3.1"], "given on under it"),
        (["gpl-3.0", "cc-by-nc-4.0"], "one allows commerce to everybody"),
        (["gpl-3.0", "cc-by-nc-sa-4.0"], "given on under it"),
        (["gpl-2.0", "apache-2.0"], "what the other does not allow"),
        (["gpl-2.0", "gpl-3.0"], "given on under it"),
        (["cc-by-sa-4.0", "llama3.1"], "given on under it"),
        (["house-rules", "other-rules"], "evomerge cannot tell"),
        (["cc-by-nd-4.0"], "nothing that is derived"),
        (["cc-by-nc-nd-4.0", "mit"], "nothing that is derived"),
    ],
)
def test_what_cannot_hold_together(names, why):
    (clash,) = combined(*names).clashes
    assert why in clash.why
    assert held(*names) == []


def test_what_is_asked_of_names_and_notices():
    found = combined("llama3", "llama3.1", "mit")
    assert found.model_name == "Llama 3"
    assert found.notices == ("Built with Meta Llama 3", "Built with Llama")
