"""Our elementwise methods, written in the language: the settings of each, and the same as names."""

from __future__ import annotations

_KEEP, _SIFT, _PRUNE, _DRAWN = "keep(d, p)", "sift(d, p, g)", "prune(d, p, e)", "drawn(p)"


def _thinned(mask, rescale=False):
    return f"rescaled(d * {mask}, d)" if rescale else f"d * {mask}"


def _added(delta, normalize):
    share = " / sum(w)" if normalize else ""
    return f"b + l * sum(w * {delta}){share}"


def _elected(delta, normalize):
    share = " / sum(w * elect(v))" if normalize else ""
    return f"v = w * {delta}; b + l * sum(v * elect(v)){share}"


NAMES = {"weight": "w", "density": "p", "gamma": "g", "epsilon": "e", "lambda": "l"}
"""What parameters of our methods are called in these formulas; others as they are."""
SPELT_OUT = [
    ("linear", {"normalize": True}, "sum(w * theta) / sum(w)"),
    ("linear", {"normalize": False}, "sum(w * theta)"),
    ("passthrough", {}, "sum(scale * theta)"),
    ("task_arithmetic", {"normalize": False}, "b + l * sum(w * d)"),
    ("task_arithmetic", {"normalize": True}, "b + l * sum(w * d) / sum(w)"),
    *(
        (
            name,
            {"normalize": normalize, "rescale": rescale},
            form(_thinned(mask, rescale), normalize),
        )
        for name, mask, form in (
            ("ties", _KEEP, _elected),
            ("dare_linear", _DRAWN, _added),
            ("dare_ties", _DRAWN, _elected),
            ("breadcrumbs", _SIFT, _added),
            ("breadcrumbs_ties", _SIFT, _elected),
            ("della_linear", _PRUNE, _added),
            ("della", _PRUNE, _elected),
        )
        for normalize in (True, False)
        for rescale in (True, False)
    ),
    ("dare_linear", {"rescale_by_density": True}, "b + l * sum(w * d * drawn(p) / p)"),
    (
        "dare_ties",
        {"rescale_by_density": True},
        "v = w * d * drawn(p) / p; b + l * sum(v * elect(v))",
    ),
    (
        "sce",
        {},
        "k = varied(d, select_topk); c = dot(d * k, d * k); "
        "w = where(sum(c) < 1e-6 * numel, 1 / n, c / sum(c)); m = elect(d * k); "
        "b + sum(w * d * k * m) / max(sum(w * m), 1e-6)",
    ),
    (
        "slerp",
        {},
        "c = dot(theta, b) / ((norm(theta) + 1e-8) * (norm(b) + 1e-8)); o = acos(c); "
        "near = abs(c) > 0.9995; "
        "sum(where(near, t, sin(t * o) / sin(o)) * theta"
        " + where(near, 1 - t, sin((1 - t) * o) / sin(o)) * b)",
    ),
    (
        "model_stock",
        {"filter_wise": False},
        "c = cosine(d); s = 1 + (n - 1) * c; b + where(abs(s) < 1e-6, 0, n * c / s) * mean(d)",
    ),
    (
        "magmax",
        {},
        "v = w * d; b + l * where(largest(v) >= -smallest(v), largest(v), smallest(v))",
    ),
    (
        "nearswap",
        {},
        "k = clip(t * (1 / max(abs(b - theta), 1e-6)), 0, 1); sum(k * theta + (1 - k) * b)",
    ),
    (
        "consensus_ta",
        {},
        "v = w * d; s = 0 + sum(v); votes = sum(abs(v) >= threshold * abs(s - v)); "
        "b + l * (s * (votes >= consensus))",
    ),
    ("ram", {}, "a = abs(d) > e; (0 + sum(d * a)) / max(sum(a), 1) + b"),
    (
        "ramplus_tl",
        {},
        "a = abs(d) > e; u = total(a * (sum(a) == 1)); s = total(a * (sum(a) > 1)); "
        "f = where(u, 1 + r * min(s / u, alpha), 1); "
        "(0 + sum(d * a)) * where(sum(a) == 1, sum(a * f), 1) / max(sum(a), 1) + b",
    ),
]
"""A method's name, its settings, and the formula that makes the same bits."""
NOT_SPELT_OUT = {
    "arcee_fusion": "has a softmax of each row",
    "pcb": "has a softmax of each tensor",
    "fisher": "reads calibration texts",
    "regmean": "reads calibration texts",
    "crossover": "knows where in the model a tensor is, and adds noise",
    "svd_mutation": "is made of matrices",
    "tsv": "is made of matrices",
    "iso_c": "is made of matrices",
    "iso_cts": "is made of matrices",
    "knots": "is made of matrices",
    "wudi": "is made of matrices",
    "karcher": "takes steps until they are short",
    "multislerp": "has a mean of directions by all inner products",
    "nuslerp": "tells a first model from a second",
}
"""Methods that the language has no words for, and why."""
