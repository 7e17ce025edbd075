import numpy as np
from hypothesis import strategies as st

from tests.merge.methods.cases import for_each

POSITIVE = for_each(st.floats(0.1, 2).map(lambda w: round(w, 3)))


def cosine(x, y):
    size = np.linalg.norm(x) * np.linalg.norm(y)
    return float(np.vdot(x, y) / size) if size else 0.0


def vectors(array, way):
    """The vectors that angles are measured between: indices into the flat tensor."""
    if way == "flat" or array.size == 0 or array.ndim < 2:
        return [np.arange(array.size)]
    places = np.arange(array.size).reshape(array.shape)
    if way == "rows":
        return [*places.reshape(-1, array.shape[-1])]
    return [*places.reshape(array.shape[0], -1).T]
