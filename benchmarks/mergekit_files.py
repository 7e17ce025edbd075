"""mergekit files and recipes that benchmarks/mergekit_agreement.py merges in both ways."""

from __future__ import annotations

from evomerge.zoo import zoo_folder

BASE, A, B, C, D = (
    str(zoo_folder(f"zoo:{name}"))
    for name in ("base", "arithmetic", "french", "reverse", "largest")
)
GRADIENT = [0.2, 1.0, 0.6]
FILTERED = [
    {"filter": "self_attn", "value": [0.1, 0.9]},
    {"filter": "mlp", "value": 0.7},
    {"value": 0.4},
]


def entry(model: str, **parameters: object) -> dict[str, object]:
    """One entry of `models:`."""
    return {"model": model, "parameters": parameters} if parameters else {"model": model}


def of(method: str, *models: dict[str, object], **others: object) -> dict[str, object]:
    """A mergekit file."""
    return {"merge_method": method, "models": [*models], "dtype": "float32", **others}


THREE = (entry(A), entry(B), entry(C))
WEIGHED = (entry(A, weight=0.8), entry(B, weight=GRADIENT), entry(C, weight=FILTERED))
SPARSE = (
    entry(A, weight=0.8, density=0.5),
    entry(B, weight=GRADIENT, density=[0.3, 0.8]),
    entry(C, weight=1.0, density=0.9),
)


def layers(model: str, first: int, end: int, **parameters: object) -> dict[str, object]:
    """A slice of one model."""
    return {"sources": [{**entry(model, **parameters), "layer_range": [first, end]}]}


FILES = {
    "linear": of("linear", entry(A, weight=0.3), entry(B, weight=GRADIENT)),
    "linear, not normalized": of(
        "linear", entry(A, weight=0.3), entry(B, weight=0.9), parameters={"normalize": False}
    ),
    "slerp": of("slerp", entry(A), entry(B), base_model=A, parameters={"t": 0.35}),
    "slerp, filters": of("slerp", entry(A), entry(B), base_model=A, parameters={"t": FILTERED}),
    "task_arithmetic": of("task_arithmetic", *WEIGHED, base_model=BASE),
    "ties": of("ties", *SPARSE, base_model=BASE),
    "ties, lambda, not normalized": of(
        "ties", *SPARSE, base_model=BASE, parameters={"normalize": False, "lambda": 0.7}
    ),
    "breadcrumbs": of("breadcrumbs", *SPARSE, base_model=BASE),
    "breadcrumbs_ties": of(
        "breadcrumbs_ties", *SPARSE, base_model=BASE, parameters={"gamma": 0.05, "normalize": True}
    ),
    "nuslerp": of("nuslerp", entry(A, weight=0.3), entry(B, weight=GRADIENT)),
    "nuslerp, by rows": of(
        "nuslerp",
        entry(A, weight=0.3),
        entry(B, weight=0.5),
        parameters={"nuslerp_flatten": False},
    ),
    "nuslerp, base, by columns": of(
        "nuslerp",
        entry(A, weight=0.3),
        entry(B, weight=0.5),
        base_model=BASE,
        parameters={"nuslerp_flatten": False, "nuslerp_row_wise": True},
    ),
    "multislerp": of("multislerp", *WEIGHED),
    "multislerp, base": of("multislerp", *WEIGHED, base_model=BASE),
    "karcher": of("karcher", *THREE),
    "karcher, five": of("karcher", *THREE, entry(BASE), entry(D), parameters={"max_iter": 3}),
    "model_stock": of("model_stock", *THREE, base_model=BASE),
    "model_stock, filter_wise": of(
        "model_stock", *THREE, base_model=BASE, parameters={"filter_wise": True}
    ),
    "sce": of("sce", *THREE, base_model=BASE),
    "sce, select_topk": of("sce", *THREE, base_model=BASE, parameters={"select_topk": 0.3}),
    "arcee_fusion": of("arcee_fusion", entry(A), base_model=BASE),
    "nearswap": of("nearswap", entry(A), base_model=BASE, parameters={"t": [0.001, 0.01]}),
    "ram": of("ram", *THREE, base_model=BASE, parameters={"epsilon": 0.003}),
    "ramplus_tl": of(
        "ramplus_tl", *THREE, base_model=BASE, parameters={"epsilon": 0.003, "r": 0.3, "alpha": 0.6}
    ),
    "passthrough, slices and scale": {
        "merge_method": "passthrough",
        "slices": [
            layers(A, 0, 2),
            layers(B, 1, 3, scale=[{"filter": "o_proj", "value": 0.5}, {"value": 1.0}]),
            layers(B, 2, 4),
        ],
        "dtype": "float32",
    },
    "rules that fall through, a slice of one layer": {
        "merge_method": "linear",
        "slices": [
            {
                "parameters": {"weight": [{"filter": "mlp", "value": [0.1, 3]}]},
                "sources": [
                    {
                        "model": A,
                        "layer_range": [0, 3],
                        "parameters": {"weight": [{"filter": "self_attn", "value": [2, 0.5]}]},
                    },
                    {"model": B, "layer_range": [0, 3]},
                ],
            },
            {
                "sources": [
                    {"model": A, "layer_range": [3, 4], "parameters": {"weight": [0, 4]}},
                    {"model": B, "layer_range": [3, 4]},
                ]
            },
        ],
        "parameters": {"weight": [{"filter": "*", "value": [1, 2, 3]}]},
        "dtype": "float32",
    },
    "filters by a source's own layers": {
        "merge_method": "linear",
        "slices": [
            {
                "sources": [
                    {
                        "model": A,
                        "layer_range": [2, 4],
                        "parameters": {"weight": [{"filter": "layers.3.", "value": 9}]},
                    },
                    {
                        "model": B,
                        "layer_range": [0, 2],
                        "parameters": {"weight": [{"filter": "layers.1.", "value": 5}]},
                    },
                ]
            }
        ],
        "parameters": {"weight": 1},
        "dtype": "float32",
    },
    "a base for one slice": {
        "merge_method": "task_arithmetic",
        "base_model": BASE,
        "slices": [
            {"sources": [{"model": m, "layer_range": [0, 1]} for m in (A, BASE)]},
            {
                "base_model": C,
                "sources": [{"model": m, "layer_range": [1, 4]} for m in (B, C)],
            },
        ],
        "parameters": {"weight": 0.7},
        "dtype": "float32",
    },
    "quoted numbers, a flag in steps, long names": {
        "merge_method": "linear",
        "models": [
            {"model": {"model": {"path": A}}, "parameters": {"weight": "0.25"}},
            {"model": B, "parameters": {"weight": "1e0", "density": 0.5}},
        ],
        "parameters": {"normalize": [0, 1]},
        "dtype": "torch.float32",
    },
}
"""Of the deterministic methods."""

RANDOM = {
    name: of(name, entry(A, weight=1.0, density=0.5, **more), base_model=BASE)
    for name, more in {
        "dare_linear": {},
        "dare_ties": {},
        "della": {"epsilon": 0.2},
        "della_linear": {"epsilon": 0.2},
    }.items()
}
"""Methods that draw masks, of one model, so that what is kept is seen."""

OWN = {
    "ties, rules and defaults": """
merge_method: ties
base_model: zoo:base
models:
  - model: zoo:arithmetic
    parameters:
      weight: [{filter: mlp, value: [0.2, 0.9]}, 0.4]
      density: {filter: attn, value: 0.5}
  - model: zoo:french
parameters: {density: {filter: mlp, value: 0.3}}
""",
    "task_arithmetic, rounded to bfloat16": """
merge_method: task_arithmetic
base_model: zoo:base
models: [{model: zoo:arithmetic}, {model: zoo:french, parameters: {weight: [0, 0.7]}}]
dtype: bfloat16
""",
    "task_arithmetic, slices that leave their base unsaid": """
merge_method: task_arithmetic
base_model: zoo:base
slices:
  - sources: [{model: zoo:french, layer_range: [0, 2]}]
  - base_model: zoo:reverse
    sources: [{model: zoo:arithmetic, layer_range: [1, 4], parameters: {weight: [0, 1]}}]
""",
    "linear, a base that gives its config alone": """
merge_method: linear
base_model: zoo:base
models: [{model: zoo:arithmetic}, {model: zoo:french, parameters: {weight: 0.3}}]
""",
    "linear, the same in a module": """
merge_method: linear
base_model: zoo:base
modules:
  text_decoder: {models: [{model: zoo:arithmetic}, {model: zoo:french, parameters: {weight: 0.3}}]}
tokenizer_source: base
""",
    "karcher, the tokenizer of a model in the zoo": """
merge_method: karcher
models: [{model: zoo:arithmetic}, {model: zoo:french}]
tokenizer: {source: zoo:base}
""",
    "slerp": """
merge_method: slerp
base_model: zoo:arithmetic
models: [{model: zoo:french}]
parameters: {t: {filter: mlp, value: [0.2, 0.9]}}
""",
}
"""Recipes of evomerge's own."""
