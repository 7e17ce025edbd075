from hypothesis import strategies as st

from tests.merge import reference
from tests.merge.methods.cases import (
    EXACT_WEIGHTS,
    assert_agrees,
    merged,
)

KEYS = [11, 22, 2**63 + 33, 44]


FLAGS = st.tuples(st.booleans(), st.booleans())
"""Normalize and rescale."""


def assert_as_defined(name, case, masks, flags, lambda_, **how):
    """A method of the family against its definition, given how the deltas are thinned out."""
    normalize, rescale = flags
    thetas, base = case.tensors
    weight = EXACT_WEIGHTS[: len(thetas)]
    consensus = name.endswith("ties") or name == "della"
    ours = merged(
        name,
        thetas,
        base,
        weight=weight,
        normalize=normalize,
        rescale=rescale,
        lambda_=lambda_,
        **{key: values[: len(thetas)] for key, values in how.items()},
    )
    given = case.thetas, case.base, weight, masks
    expected = reference.task_vectors(*given, consensus, normalize, rescale, lambda_)
    # Values scaled to a norm are rounded, and where they cancel a sign can turn on that.
    sure = reference.sure(reference.weighted(*given, rescale)) if consensus and rescale else None
    assert_agrees(ours, expected, sure)
