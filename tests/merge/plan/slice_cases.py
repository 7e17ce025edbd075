from evomerge.merge.parents import open_parents
from evomerge.merge.plan.plan import make_plan
from evomerge.recipe import parse_recipe
from tests.tiny import CONFIG, tiny_tensors, write_model


def planned(text):
    recipe = parse_recipe(text)
    plan = make_plan(recipe, open_parents(recipe))
    return plan, {operation.name: operation for operation in plan.operations}


def slices(*sources):
    listed = (f"{{sources: [{{model: {m}, layer_range: [{i}, {j}]}}]}}" for m, i, j in sources)
    return f"merge_method: linear\nslices: [{', '.join(listed)}]"


def of_layers(folder, seed, layers, rename=lambda name, layer: name, **changes):
    """A tiny model of so many layers, whose tensors `rename` may call otherwise."""
    tensors = {n: t for n, t in tiny_tensors(seed).items() if ".layers." not in n}
    pattern = {n: t for n, t in tiny_tensors(seed).items() if ".layers.0." in n}
    for layer in range(layers):
        for name, tensor in pattern.items():
            tensors[rename(name.replace(".0.", f".{layer}."), layer)] = tensor + layer
    return str(write_model(folder, tensors, {**CONFIG, "num_hidden_layers": layers, **changes}))
