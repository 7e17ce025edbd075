"""The bank and the stream make the same weights, whatever the cores and the shards."""

import torch

from evomerge.recipe import parse_recipe

CPU = torch.device("cpu")


RECIPES = {
    "linear": """
merge_method: linear
models: [{model: A, parameters: {weight: [0.2, 0.9]}}, {model: B}]""",
    "slerp": "merge_method: slerp\nbase_model: A\nmodels: [{model: B}]\nparameters: {t: [0, 1]}",
    "task_arithmetic": "merge_method: task_arithmetic\nbase_model: A\n"
    "models: [{model: B, parameters: {weight: 0.7}}, {model: C, parameters: {weight: 0.4}}]",
    "ties": "merge_method: ties\nbase_model: A\nmodels: [{model: B, parameters: {density: 0.3}},"
    " {model: C, parameters: {density: [0.2, 0.9]}}]",
    "dare_ties": "merge_method: dare_ties\nbase_model: A\nseed: 3\n"
    "models: [{model: B, parameters: {density: 0.5}}, {model: C, parameters: {density: 0.5}}]",
    "dare_linear": "merge_method: dare_linear\nbase_model: A\n"
    "models: [{model: B, parameters: {density: 0.5}}, {model: C, parameters: {density: 0.5}}]",
    **{
        name: f"merge_method: {name}\nbase_model: A\nparameters: {{{rest}}}\n"
        "models: [{model: B, parameters: {density: 0.5, weight: 0.7}},"
        " {model: C, parameters: {density: [0.4, 0.6]}}]"
        for name, rest in {
            "breadcrumbs": "gamma: 0.1",
            "breadcrumbs_ties": "gamma: [0.1, 0.4]",
            "della": "epsilon: 0.2",
            "della_linear": "epsilon: [0.1, 0.3]",
        }.items()
    },
    **{
        name: f"merge_method: {name.split()[0]}\nbase_model: A\nparameters: {{{rest}}}\n"
        "models: [{model: B}, {model: C}]"
        for name, rest in {
            "nuslerp": "weight: [0.2, 0.9]",
            "nuslerp by rows": "nuslerp_flatten: false",
            "nuslerp by columns": "nuslerp_flatten: false, nuslerp_row_wise: true",
            "multislerp": "normalize_weights: false",
            "model_stock": "",
            "model_stock filter_wise": "filter_wise: true",
            "sce": "select_topk: 0.5",
            "ram": "epsilon: 0.5",
            "ramplus_tl": "epsilon: 0.5, r: 2",
        }.items()
    },
    "nuslerp without base": "merge_method: nuslerp\nmodels: [{model: A}, {model: B}]",
    "multislerp without base": "merge_method: multislerp\nmodels: [{model: A}, {model: B}]",
    "karcher": "merge_method: karcher\nmodels: [{model: A}, {model: B}, {model: C}]",
    "arcee_fusion": "merge_method: arcee_fusion\nbase_model: A\nmodels: [{model: B}]",
    "nearswap": "merge_method: nearswap\nbase_model: A\nmodels: [{model: B}]\n"
    "parameters: {t: [0.2, 1]}",
    "passthrough": "merge_method: passthrough\nslices:\n"
    "- sources: [{model: A, layer_range: [0, 2]}]\n"
    "- sources: [{model: B, layer_range: [1, 3], parameters: {scale: "
    "[{filter: o_proj, value: 0.5}, {value: 1}]}}]",
    "slices": "merge_method: linear\nslices:\n"
    "- sources: [{model: A, layer_range: [0, 2]}]\n- sources: [{model: B, layer_range: [0, 3]}]",
}


def recipe_of(text, names, extra=""):
    for short, name in names.items():
        text = text.replace(f"model: {short}", f"model: {name}")
    return parse_recipe(text + extra)
