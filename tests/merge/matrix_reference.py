"""The matrix methods, and others beyond mergekit, in float64 from their papers' definitions.

Whole singular value decompositions and element-by-element loops: slow on purpose, and no shared
code with evomerge.
"""

from __future__ import annotations

import math

import numpy as np

TINY = 1e-6


def svd(x):
    """U, s, V' of the directions that are there."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    kept = s > TINY * max(s[0], 1e-300)
    return u[:, kept], s[kept], vt[kept]


def nearest_orthonormal(x):
    """Orthogonal Procrustes, on the span of the columns."""
    u, _, vt = svd(x) if x.shape[1] else (x, None, x.T[:, :0])
    return u @ vt


def tsv(deltas):
    rank = min(deltas[0].shape) // len(deltas)
    if not rank:
        return sum(deltas) / len(deltas)
    factors = [svd(delta) for delta in deltas]
    u = np.hstack([f[0][:, :rank] for f in factors])
    s = np.concatenate([f[1][:rank] for f in factors])
    v = np.hstack([f[2][:rank].T for f in factors])
    return nearest_orthonormal(u) @ np.diag(s) @ nearest_orthonormal(v).T


def iso_c(deltas):
    u, s, vt = svd(sum(deltas))
    return u @ vt * s.mean() if len(s) else np.zeros_like(deltas[0])


def iso_cts(deltas, common):
    full, count = min(deltas[0].shape), len(deltas)
    own = min(round((full - int(common * full)) / count), full // count)
    u, s, vt = (f for f in svd(sum(deltas)))
    shared = full - own * count
    u, s, vt = u[:, :shared], s[:shared], vt[:shared]
    us, ss, vs = [u], [s], [vt.T]
    for delta in deltas:
        left = delta - u @ u.T @ delta
        if np.linalg.norm(left) <= TINY * np.linalg.norm(delta):
            continue
        a, b, c = svd(left)
        us.append(a[:, :own])
        ss.append(b[:own])
        vs.append(c[:own].T)
    s = np.concatenate(ss)
    if not len(s):
        return np.zeros_like(deltas[0])
    u, v = nearest_orthonormal(np.hstack(us)), nearest_orthonormal(np.hstack(vs))
    return u @ v.T * s.mean()


def interference(merged, deltas, weight):
    """WUDI's loss."""
    total = 0.0
    for delta, w in zip(deltas, weight, strict=True):
        size = (delta**2).sum()
        if size > 0:
            total += w * (((merged - delta) @ delta.T) ** 2).sum() / size
    return total


def wudi(deltas, weight, ridge):
    """The least squares problem itself, each row of the result at a time."""
    weight = [w * len(weight) / sum(weight) for w in weight]
    rows, targets = [], []
    for delta, w in zip(deltas, weight, strict=True):
        size = np.linalg.norm(delta)
        if size > 0:
            rows.append(math.sqrt(w) * delta / size)
            targets.append(math.sqrt(w) * delta @ delta.T / size)
    if not rows:
        return np.zeros_like(deltas[0])
    columns = deltas[0].shape[1]
    there = sum(w for w, delta in zip(weight, deltas, strict=True) if delta.any())
    pull = math.sqrt(ridge * there / columns)
    rows.append(pull * np.eye(columns))
    targets.append(pull * sum(w * d for w, d in zip(weight, deltas, strict=True)).T)
    return np.linalg.lstsq(np.vstack(rows), np.vstack(targets), rcond=1e-9)[0].T


def regmean(thetas, grams, weight, shrink):
    mean = sum(w * theta for w, theta in zip(weight, thetas, strict=True)) / sum(weight)
    shrunk = []
    for gram in grams:
        g = shrink * gram
        np.fill_diagonal(g, np.diag(gram))
        shrunk.append(g)
    total = sum(w * g for w, g in zip(weight, shrunk, strict=True))
    pull = sum(w * (theta - mean) @ g for w, theta, g in zip(weight, thetas, shrunk, strict=True))
    return mean + pull @ np.linalg.pinv(total, rcond=1e-11, hermitian=True)


def fisher(thetas, information, weight):
    out = np.zeros(thetas[0].size)
    for i in range(out.size):
        at = [theta.ravel()[i] for theta in thetas]
        shares = [w * f.ravel()[i] for w, f in zip(weight, information, strict=True)]
        shares = shares if sum(shares) > 0 else weight
        out[i] = sum(s * x for s, x in zip(shares, at, strict=True)) / sum(shares)
    return out.reshape(thetas[0].shape)


def consensus_ta(deltas, threshold, consensus):
    out = np.zeros(deltas[0].size)
    for i in range(out.size):
        at = [delta.ravel()[i] for delta in deltas]
        total = sum(at)
        votes = sum(abs(v) >= p * abs(total - v) for v, p in zip(at, threshold, strict=True))
        out[i] = total if votes >= consensus else 0.0
    return out.reshape(deltas[0].shape)


def softmax(values, sharpness):
    spread = values.max() - values.min()
    moved = (values - values.min()) / spread if spread > 0 else np.zeros_like(values)
    powers = np.exp(sharpness * moved)
    return powers / powers.sum()


def pcb_scores(deltas):
    flat = [delta.ravel() for delta in deltas]
    return [softmax(x * x, len(flat)) * sum(softmax(x * y, 1) for y in flat) for x in flat]


def pcb(deltas, scores, weight, density):
    out = np.zeros(deltas[0].size)
    kept = []
    for score in scores:
        count = max(1, int(density * score.size)) if density > 0 else 0
        order = sorted(range(score.size), key=lambda i: (-score[i], i))[:count]
        kept.append(np.where(np.isin(np.arange(score.size), order), score, 0.0))
    for i in range(out.size):
        total = sum(score[i] for score in kept)
        if total > 0:
            parts = zip(kept, weight, deltas, strict=True)
            out[i] = sum(s[i] * w * d.ravel()[i] for s, w, d in parts) / total
    return out.reshape(deltas[0].shape)


def knots(deltas, weight, merge):
    """Merge: what is done to the list of the models' parts of V'."""
    u, s, vt = svd(np.hstack(deltas))
    size = deltas[0].shape[1]
    parts = [vt[:, i * size : (i + 1) * size] for i in range(len(deltas))]
    # Signs are free: the largest component of what stands across is positive.
    across = u if u.shape[0] <= len(deltas) * size else vt.T
    signs = np.sign(across[np.abs(across).argmax(0), range(len(s))])
    merged = merge([signs[:, None] * part for part in parts])
    return (u * s * signs) @ merged
