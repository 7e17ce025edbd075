from itertools import pairwise

from evomerge.search.algorithms.nsga_ii import NSGA_II
from tests.search.conformance import history, new, sphere


def test_who_is_crowded_goes_first():
    """Of a whole front the ends have the largest crowding distance, so they stay."""
    search = new(NSGA_II, 1, settings={"population": 8})
    history(search, sphere(NSGA_II), 30)
    kept = sorted(float(one.get("X")[0]) for one in search._algorithm.pop)
    gaps = [b - a for a, b in pairwise(kept)]
    assert (round(kept[0], 2), round(kept[-1], 2)) == (0.4, 0.5)
    assert max(gaps) < 0.04
