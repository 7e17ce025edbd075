"""What the kernels count on."""

import numpy as np

from evomerge.merge.kernels.arrays import BINS, BLOCK, LANES, PLACES, SPACE, TABLE


def test_blocks_are_whole_lanes_and_whole_bytes_of_marks():
    assert BLOCK % LANES == 0
    assert BLOCK % 8 == 0


def test_every_magnitude_has_a_bin_and_a_place():
    largest = int(np.float32(np.inf).view(np.uint32))
    assert 2 * (largest >> 16) + 1 < BINS
    assert PLACES == 1 << 16
    assert TABLE & (TABLE - 1) == 0  # a hash is cut to a place by its last bits


def test_a_row_that_is_ranked_has_room_for_all_its_arrays():
    words = 2 * 8 + 4 * 4 + 2 * 4  # two orders; codes, draws, bins, what is open; ones, what stays
    assert words + 8 <= SPACE  # and eight rows of marks
