"""What an item can score."""

import math

from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.proof.scale import ASSUMED, BINARY, NATS_PER_BYTE, Scale


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(allow_nan=False, allow_infinity=False))
def test_a_score_is_clipped_to_the_nearest_on_the_scale(one, other, score):
    scale = Scale(min(one, other), max(one, other))
    clipped = scale.clip(score)
    assert scale.low <= clipped <= scale.high
    assert clipped == score or not scale.low <= score <= scale.high
    assert abs(clipped - score) == max(scale.low - score, score - scale.high, 0.0)


def test_what_is_known_of_scales():
    assert (BINARY.binary, BINARY.assumed) == (True, False)
    assert (ASSUMED.binary, ASSUMED.assumed) == (False, True)
    assert NATS_PER_BYTE.low == math.log(1 / 256)
