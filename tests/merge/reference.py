"""The merge methods in float64, element by element, written from their definitions.

Slow on purpose: no shared code with evomerge, no vectorized shortcut.
"""

from __future__ import annotations

import math

import numpy as np


def linear(thetas, weight, normalize):
    total = sum(weight) if normalize else 1.0
    return sum(w * theta for w, theta in zip(weight, thetas, strict=True)) / total


def slerp(theta, base, t):
    a, b = base.ravel(), theta.ravel()
    cosine = float(a @ b) / ((np.sqrt(a @ a) + 1e-8) * (np.sqrt(b @ b) + 1e-8)) if a.size else 1.0
    if abs(cosine) > 0.9995:
        return (1 - t) * base + t * theta
    angle = math.acos(cosine)
    return (math.sin((1 - t) * angle) * base + math.sin(t * angle) * theta) / math.sin(angle)


def trimmed(delta, density):
    """Keep the int(density n) largest magnitudes, one at least where the density is not 0.

    Of equals those with the lowest index stay.
    """
    if density >= 1 or delta.size == 0:
        return delta
    flat = delta.ravel()
    keep = max(1, int(density * flat.size)) if density > 0 else 0
    order = sorted(range(flat.size), key=lambda i: (-abs(flat[i]), i))
    out = np.zeros_like(flat)
    for i in order[:keep]:
        out[i] = flat[i]
    return out.reshape(delta.shape)


def sifted(delta, density, gamma):
    """Drop the int(gamma n) largest, or fewer, and the smallest, so that int(density n) stay."""
    if density >= 1 or delta.size == 0:
        return delta
    flat = delta.ravel()
    keep = int(density * flat.size)
    drop = min(int(gamma * flat.size), flat.size - keep)
    order = sorted(range(flat.size), key=lambda i: (-abs(flat[i]), i))
    out = np.zeros_like(flat)
    for i in order[drop : drop + keep]:
        out[i] = flat[i]
    return out.reshape(delta.shape)


def hash32(key, indices):
    """The hash that masks are drawn by, in numpy's unsigned integers."""
    x = indices.astype(np.uint32)
    for half in (key & 0xFFFFFFFF, key >> 32):
        x = x + np.uint32(half)
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x85EBCA6B)
        x ^= x >> np.uint32(13)
        x *= np.uint32(0xC2B2AE35)
        x ^= x >> np.uint32(16)
    return x


def dropped(delta, density, key):
    kept = hash32(key, np.arange(delta.size)) < round(density * 2**32)
    return np.where(kept.reshape(delta.shape), delta, 0.0)


def drawn_by_rank(delta, thresholds, key):
    """A mask over the rows of a matrix: rank r, from the smallest, stays below thresholds[r]."""
    hashes = hash32(key, np.arange(delta.size)).reshape(delta.shape)
    mask = np.zeros(delta.shape, bool)
    for i, row in enumerate(delta):
        for rank, j in enumerate(sorted(range(len(row)), key=lambda j: (abs(row[j]), j))):
            mask[i, j] = hashes[i, j] < thresholds[rank]
    return mask


def pruned(delta, density, epsilon, key):
    """By the rank of magnitudes along the second dimension; a vector is one row."""
    if density >= 1 or delta.size == 0:
        return delta
    turned = np.moveaxis(delta, 1, -1) if delta.ndim > 1 else delta.reshape(1, -1)
    rows = np.ascontiguousarray(turned).reshape(-1, turned.shape[-1])
    size = rows.shape[1]
    ranks = [r / (size - 1) for r in range(size)] if size > 1 else [0.5]
    thresholds = [round((density - epsilon + 2 * epsilon * r) * 2**32) for r in ranks]
    kept = np.where(drawn_by_rank(rows, thresholds, key), rows, 0.0).reshape(turned.shape)
    return np.moveaxis(kept, -1, 1) if delta.ndim > 1 else kept.reshape(delta.shape)


def rescaled(thinned, delta):
    before, after = np.abs(delta).sum(), np.abs(thinned).sum()
    return thinned if before < 1e-7 or after < 1e-7 else thinned * before / after


def combined(values, weight, consensus, normalize):
    """D of a list of weighted, thinned deltas."""
    flat = [value.ravel() for value in values]
    out = np.zeros(flat[0].size)
    for i in range(out.size):
        at = [value[i] for value in flat]
        if consensus:
            sign = 1 if sum(at) >= 0 else -1
            agree = [(v, w) for v, w in zip(at, weight, strict=True) if np.sign(v) == sign]
            total, divisor = sum(v for v, _ in agree), sum(w for _, w in agree)
            divisor = 1.0 if divisor == 0 else divisor
        else:
            total, divisor = sum(at), sum(weight)
            divisor = 1.0 if abs(divisor) < 1e-8 else divisor
        out[i] = total / divisor if normalize else total
    return out.reshape(values[0].shape)


def task_vectors(thetas, base, weight, masks, consensus, normalize, rescale, lam):
    """masks: a function for each delta that thins it."""
    values = weighted(thetas, base, weight, masks, rescale)
    return base + lam * combined(values, weight, consensus, normalize)


def weighted(thetas, base, weight, masks, rescale):
    """Each delta, thinned, scaled and weighted."""
    values = []
    for theta, w, thin in zip(thetas, weight, masks, strict=True):
        delta = theta - base
        thinned = thin(delta)
        values.append(w * (rescaled(thinned, delta) if rescale else thinned))
    return values


def sure(values):
    """Where the sign of a sum does not turn on a rounding."""
    return np.asarray(np.abs(sum(values)) > 1e-4 * sum(np.abs(value) for value in values))
